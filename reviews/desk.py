"""What the workspace shows: the item, the form, the time left, the position."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from annotate_site import sql
from annotate_site.projects.models import User
from fields.widgets import AnswerWidget, answer_widget
from queues.actions.claiming import Hold
from queues.models import Item, Queue, QueueField
from traces.reading.sections import Section, sections

from .answers import Draft
from .models import Annotation, AnnotationState
from .returning import Returned, what_came_back


@dataclass(frozen=True)
class Position:
    """`done`: submitted by me; `left`: open items that I have neither submitted nor skipped."""

    done: int
    left: int


@dataclass
class Desk:
    queue: Queue
    hold: Hold
    item: Item
    sections: list[Section]
    widgets: list[AnswerWidget]
    version: int
    position: Position
    submission_id: UUID = field(default_factory=uuid4)
    saved: bool = False
    errors: int = 0
    returned: Returned = field(default_factory=Returned)

    @property
    def seconds_left(self) -> int:
        return max(0, int(self.hold.left.total_seconds()))

    @property
    def paused(self) -> bool:
        return self.hold.remaining is not None

    @property
    def model(self) -> str:
        """Shown unless the queue hides it, whatever the snapshot holds."""
        hidden = "model" in self.queue.hidden_extras
        return "" if hidden else str(self.item.snapshot.get("model", ""))


POSITION = """
select (select count(*) from queues_reservation r join queues_item i on i.id = r.item_id
         where r.queue_id = %(queue)s and r.annotator_id = %(user)s and r.kind = 'annotate'
           and r.ending = 'submitted' and r.round = i.round and i.removed_at is null) as done,
       (select count(*) from queues_item i
         where i.queue_id = %(queue)s and i.removed_at is null and i.kind = 'normal'
           and i.status not in ('completed', 'pending_review')
           and not exists (select 1 from queues_reservation r
                            where r.item_id = i.id and r.annotator_id = %(user)s
                              and r.round = i.round and r.kind = 'annotate'
                              and (r.ending = 'submitted'
                                   or (r.ending = 'skipped' and r.cleared_at is null)))) as left
"""


def open_desk(queue: Queue, user: User, hold: Hold, asked: list[QueueField]) -> Desk:
    """The desk for a live hold, with what was typed before."""
    item = queue.items.get(pk=hold.item_id)
    annotation = Annotation.objects.filter(item=item, round=hold.round, annotator=user).first()
    is_draft = annotation is not None and annotation.state == AnnotationState.DRAFT
    back = what_came_back(item, hold.round, user, asked) if hold.round > 1 else Returned()
    draft = Draft.stored(annotation.draft) if annotation and is_draft else back.draft
    return Desk(
        queue=queue,
        hold=hold,
        item=item,
        sections=item_sections(item),
        widgets=make_widgets(asked, draft, {}),
        version=annotation.version if annotation else 0,
        position=position(queue, user),
        saved=is_draft,
        returned=back,
    )


def make_widgets(
    asked: list[QueueField], draft: Draft, errors: dict[str, str]
) -> list[AnswerWidget]:
    """The form's controls in order, holding what was typed and what is wrong with it."""
    return [
        answer_widget(
            one.field,
            values=draft.values.get(str(one.field_id), []),
            note=draft.notes.get(str(one.field_id), ""),
            required=one.required,
            allow_note=one.allow_note,
            error=errors.get(str(one.field_id), ""),
        )
        for one in asked
    ]


def item_sections(item: Item) -> list[Section]:
    """What a person reads of the snapshot."""
    return sections(item.snapshot.get("inputs", {}), item.snapshot.get("outputs", {}))


def position(queue: Queue, user: User) -> Position:
    row = sql.one(POSITION, {"queue": queue.pk, "user": user.pk})
    assert row is not None
    return Position(row.done, row.left)
