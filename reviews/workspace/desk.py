"""What the workspace shows: the item, the form, the time left, the position."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4
from zlib import crc32

from annotate_site import sql
from annotate_site.projects.models import User
from fields.widgets import AnswerWidget, answer_widget
from queues.actions.holds.hold import Hold
from queues.conditions import is_finished
from queues.models import Item, Queue, QueueField
from queues.snapshots import item_reading
from traces.reading.sections import Reading

from ..answers import Draft
from ..models import Annotation, AnnotationState
from .ended_holds import why_again
from .sent_back import Returned, what_came_back

MOST_COUNTED = 500


@dataclass(frozen=True)
class Position:
    """`done`: submitted by me; `left`: open items that I have neither submitted nor skipped.

    Each with a "+" where there may be more: no more than MOST_COUNTED were looked at.
    """

    done: str
    left: str
    most: int = MOST_COUNTED


@dataclass
class Desk:
    """`why`: a sentence on why this item is shown again, "" for an item that is new.

    `person`: the id of whom the page is rendered for. `active_ms`: their time on the item so far.
    """

    queue: Queue
    person: int
    hold: Hold
    item: Item
    reading: Reading
    widgets: list[AnswerWidget]
    version: int
    position: Position
    submission_id: UUID = field(default_factory=uuid4)
    saved: bool = False
    active_ms: int = 0
    errors: int = 0
    wrong: str = ""
    returned: Returned = field(default_factory=Returned)
    why: str = ""

    @property
    def asked(self) -> str:
        """A mark of the fields on the page, which tells later whether others are asked by then."""
        return f"{crc32(' '.join(one.field_id for one in self.widgets).encode()):x}"

    @property
    def opens(self) -> bool:
        """On a phone the form comes opened: something stands in it that is to be read first."""
        return bool(self.errors or self.why or self.returned.remark)

    @property
    def model(self) -> str:
        return shown_model(self.queue, self.item)


# Both are counted at every item, so no further than they are shown exactly: among one's latest
# holds, and among the items that come last, of which one has done the fewest. What one has not
# done is told from those holds where they are all, else from what those items hold of one's own.
# (`not in`, the filter, an array of ids and the + 0: whatever the planner believes of tables that
# have just grown, it neither loops over both nor reads all that one has ever done.)
POSITION = f"""
with mine as (
  select item_id, round, ending, cleared_at from queues_reservation
   where queue_id = %(queue)s and annotator_id = %(user)s order by opened_at desc limit %(most)s + 1
), open as (
  (select id, round from queues_item
    where queue_id = %(queue)s and status = 'pending' and removed_at is null
      and kind = 'normal' order by seq desc limit %(most)s + 1)
  union all
  (select id, round from queues_item
    where queue_id = %(queue)s and status = 'in_progress' and removed_at is null
      and kind = 'normal' order by seq desc limit %(most)s + 1)
  union all
  (select id, round from queues_item
    where queue_id = %(queue)s and status = 'skipped' and removed_at is null
      and kind = 'normal' order by seq desc limit %(most)s + 1)
  limit %(most)s + 1
)
select (select count(*) from mine) > %(most)s as more_done,
       (select count(*) filter
               (where ending = 'submitted' and (item_id, round) in
                      (select id, round from queues_item
                        where id = any(array(select item_id from mine)) and removed_at is null))
          from mine) as done,
       (select count(*) from open) > %(most)s as more_left,
       case when (select count(*) from mine) <= %(most)s then
         (select count(*) from open
           where (id, round) not in
                 (select item_id, round from mine
                   where {is_finished("mine")}))
       else
         (select count(*) from open
           where (id, round) not in
                 (select r.item_id, r.round from queues_reservation r
                   where r.item_id = any(array(select id from open))
                     and r.annotator_id + 0 = %(user)s and r.kind = 'annotate'
                     and {is_finished("r")}))
       end as left
"""


HELD = f"""
select {sql.columns(Item, "item")},
       {sql.columns(Annotation, "annotation")}
  from queues_item item
  left join reviews_annotation annotation
    on annotation.item_id = item.id and annotation.round = %(round)s
   and annotation.annotator_id = %(user)s
 where item.id = %(item)s and item.queue_id = %(queue)s
"""


@dataclass(frozen=True)
class Held:
    """A held item and what its holder has written: `draft` fills the form, `saved` tells that it is
    of this round, and `version` is that of what is stored (0: nothing). `why` as in Desk.
    """

    hold: Hold
    item: Item
    draft: Draft
    version: int
    saved: bool
    active_ms: int
    returned: Returned
    why: str


def read_held(queue: Queue, user: User, hold: Hold, asked: list[QueueField]) -> Held:
    """What a live hold leads to, for page and program alike. Raises Item.DoesNotExist."""
    item, annotation = _read(queue, user, hold)
    is_draft = annotation is not None and annotation.state == AnnotationState.DRAFT
    back = what_came_back(item, hold.round, user, asked) if hold.round > 1 else Returned()
    return Held(
        hold=hold,
        item=item,
        draft=Draft.stored(annotation.draft) if annotation and is_draft else back.draft,
        version=annotation.version if annotation else 0,
        saved=is_draft,
        active_ms=(annotation.active_ms or 0) if annotation else 0,
        returned=back,
        why=why_again(hold, item, user) if is_draft else back.why,
    )


def open_desk(queue: Queue, user: User, hold: Hold, asked: list[QueueField]) -> Desk:
    """The desk for a live hold, with what was typed before."""
    held = read_held(queue, user, hold, asked)
    return Desk(
        queue=queue,
        person=user.pk,
        hold=hold,
        item=held.item,
        reading=item_reading(held.item, queue),
        widgets=make_widgets(asked, held.draft, {}, held.returned.on_fields),
        version=held.version,
        position=position(queue, user),
        saved=held.saved,
        active_ms=held.active_ms,
        returned=held.returned,
        why=held.why,
    )


def _read(queue: Queue, user: User, hold: Hold) -> tuple[Item, Annotation | None]:
    """The held item, and what its holder has written on it in this round."""
    held = {"item": hold.item_id, "queue": queue.pk, "round": hold.round, "user": user.pk}
    row = sql.one(HELD, held)
    if row is None:
        raise Item.DoesNotExist
    written = sql.made(Annotation, row, "annotation") if row.annotation_id else None
    return sql.made(Item, row, "item"), written


def make_widgets(
    asked: list[QueueField],
    draft: Draft,
    errors: dict[str, str],
    remarks: dict[str, str] | None = None,
) -> list[AnswerWidget]:
    """The form's controls in order, holding what was typed, what is wrong with it, and what a
    reviewer said of it; `errors` as in `answers.Judged`, `remarks` by field id.
    """
    return [
        answer_widget(
            one.field,
            values=draft.values.get(str(one.field_id), []),
            note=draft.notes.get(str(one.field_id), ""),
            required=one.required,
            allow_note=one.allow_note,
            error=errors.get(str(one.field_id), ""),
            note_error=errors.get(f"n-{one.field_id}", ""),
            remark=(remarks or {}).get(str(one.field_id), ""),
        )
        for one in asked
    ]


def shown_model(queue: Queue, item: Item) -> str:
    """The model's name unless the queue hides it, whatever the snapshot holds."""
    return "" if "model" in queue.hidden_extras else str(item.snapshot.get("model", ""))


def position(queue: Queue, user: User) -> Position:
    row = sql.one(POSITION, {"queue": queue.pk, "user": user.pk, "most": MOST_COUNTED})
    assert row is not None
    return Position(_counted(row.done, row.more_done), _counted(row.left, row.more_left))


def _counted(number: int, more: bool) -> str:
    if not more:
        return f"{number:,}"
    return f"{min(number, MOST_COUNTED):,}+" if number else "some"
