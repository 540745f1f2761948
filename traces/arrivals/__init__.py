"""Which traces have arrived, for whoever wants to look at each of them once.

`watch` says that arrivals of a project are to be noted. From then on whatever stores spans notes
the traces they belong to, in its own transaction, and `settle` gives those that have been quiet for
a while a place: a number that grows in the order of commits. So a reader that remembers the last
place it has seen misses nothing, also of a transaction that commits late, and sees no trace twice,
also where more spans come after it.
"""

from .noting import note_arrivals, unwatch, watch
from .settling import QUIET, Arrived, forget_unwatched, latest_place, read_arrivals, settle

__all__ = [
    "QUIET",
    "Arrived",
    "forget_unwatched",
    "latest_place",
    "note_arrivals",
    "read_arrivals",
    "settle",
    "unwatch",
    "watch",
]
