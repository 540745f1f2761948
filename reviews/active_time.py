"""How long somebody was at an item: what their page says, no more than the clock allows.

The page counts milliseconds with the item in view and an act of theirs within the last minute, over
all openings of a round (`static/js/active.js`), and sends the sum with each save and submit. One
value for an annotation is the truth: nobody measures which of its answers the time went to.
"""

from collections.abc import Mapping

from annotate_site.form_data import INTEGER, whole_number


def read_active_ms(posted: Mapping[str, str]) -> int | None:
    """None where nothing that can be meant was sent: a save is never refused for it."""
    return whole_number(posted.get("active_ms"), most=INTEGER)


# No more than has passed since the person first held the item in that round, by the clock of the
# database. Null where nothing was sent.
BOUNDED = """
case when %(active_ms)s::int is not null then least(%(active_ms)s::int, (
  select extract(epoch from clock_timestamp() - min(opened_at)) * 1000
    from queues_reservation
   where item_id = %(item)s and round = %(round)s and annotator_id = %(user)s
     and kind = 'annotate')) end
"""


def more_of(stored: str, sent: str) -> str:
    """SQL: the sum never shrinks, so that a repeat or a page that came late takes nothing away."""
    return f"greatest({stored}, {sent})"
