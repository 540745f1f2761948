"""Which traces of a project: conditions that an address carries, all of which must hold.

Each is a parameter `filter` of the form `column:operator:value`, repeated for more conditions:

    ?filter=latency:gt:2.5&filter=attribute.env:is:live&filter=model:is_empty

- The columns are in `columns`, with the operators of each in `kinds`. Three name something after
  a dot: `attribute.<path>`, `feedback.<lineage of a field>`, `state.<queue>`. In a path ":" is
  written "%3A" and "%" is written "%25", before the address is encoded as a whole.
- `is_empty` and `is_not_empty` have no value, `between` has two, joined by "..".
- Times are ISO 8601, UTC where they name no zone; `last` takes 30m, 24h or 7d. Latency is in
  seconds, cost in the sender's currency.

Pages, jobs, saved views and programs write and read the same form. `name`, `status` and `queue` as
parameters of their own still work: a part of the name, a status, a queue.
"""

from .columns import STATUS_WORDS
from .filter import TraceFilter
from .operators import Operator
from .row import Row

__all__ = ["STATUS_WORDS", "Operator", "Row", "TraceFilter"]
