"""The product's own actions, as the model's machine calls them; refusals as one word."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from annotate_site import sql
from annotate_site.errors import Refused
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Project, User
from fields.models import Field
from queues.actions import status
from queues.actions.assignment.claiming import claim_next, pick_item
from queues.actions.holds.ending import release_hold, skip_item
from queues.actions.holds.hold import Hold
from queues.actions.holds.keeping import park_hold, renew
from queues.actions.people import members
from queues.errors import NothingToClaim, StaleHold
from queues.models import Item, Queue, QueueField
from reviews.actions.drafts import DraftConflict, Saved, save_draft
from reviews.actions.submitting import Conflict, Form, submit_annotation
from reviews.answers import Draft, asked_fields
from traces.models import Trace

from .. import factories

# Every time that a queue's rows hold; making them all older is letting the clock run.
TIMES = {
    "queues_queue": ("activated_at", "paused_at", "completed_at", "archived_at"),
    "queues_queuemember": (
        "away_at", "place_returned_at", "exhausted_at", "last_asked_at", "created_at", "removed_at",
    ),
    "queues_item": ("created_at", "completed_at", "removed_at"),
    "queues_slot": ("bound_at", "held_at", "expires_at", "returned_at"),
    "queues_reservation": (
        "opened_at", "expires_at", "parked_at", "ended_at", "cleared_at", "draft_saved_at",
        "refused_at",
    ),
    "reviews_annotation": ("started_at", "saved_at", "submitted_at"),
}  # fmt: skip


def refusal(error: Exception) -> str:
    """The model's word for a domain error."""
    match error:
        case NothingToClaim():
            return error.reason
        case StaleHold():
            return error.ending
        case DraftConflict():
            return "conflict"
        case Conflict() | Refused():
            return error.code
    raise error


REFUSALS = (Refused, Conflict, DraftConflict)


@dataclass
class Ground:
    """What all examples share: a project with people, a field and traces."""

    project: Project
    manager: User
    people: list[User]
    field: Field
    traces: list[Trace]

    @classmethod
    def make(cls, people: int = 4, traces: int = 12) -> "Ground":
        project, manager = factories.make_project(), factories.make_user("Mina Castellanos")
        users = [factories.make_user(f"Person {number}") for number in range(people)]
        for user in [manager, *users]:
            factories.join(project, user, "manager" if user is manager else "member")
        words = factories.make_field(project, "text")
        made = [factories.make_trace(project) for _ in range(traces)]
        return cls(project, manager, users, words, made)


@dataclass
class Site:
    """One queue and everybody's hands in it."""

    ground: Ground
    queue: Queue
    traces: int = 0  # added so far
    sent: list[tuple[User, Form]] = field(default_factory=list)

    @property
    def by(self) -> Actor:
        return Actor.person(self.ground.manager)

    def user(self, pk: int) -> User:
        return next(user for user in self.ground.people if user.pk == pk)

    def asked(self) -> list[QueueField]:
        return asked_fields(self.queue)

    def next(self, user: int) -> Hold:
        return claim_next(queue_id=self.queue.pk, user=self.user(user))

    def pick(self, user: int, item: UUID) -> Hold:
        return pick_item(queue_id=self.queue.pk, item_id=item, user=self.user(user))

    def draft(self, words: str) -> Draft:
        return Draft({str(self.ground.field.pk): [words]}) if words else Draft()

    def save(
        self, user: int, item: UUID, round: int, token: UUID, words: str, version: int
    ) -> Saved:
        saved = save_draft(
            queue=self.queue, item=Item.objects.get(pk=item), round=round, user=self.user(user),
            token=token, version=version, draft=self.draft(words),
        )  # fmt: skip
        if saved.ignored:
            raise Conflict("ignored", "")
        return saved

    def submit(
        self, user: int, item: UUID, round: int, token: UUID, words: str, version: int
    ) -> None:
        form = Form(item, round, token, uuid4(), version, self.draft(words))
        self.sent.append((self.user(user), form))
        self.send(*self.sent[-1])

    def send(self, user: User, form: Form) -> None:
        submit_annotation(queue=self.queue, user=user, form=form, asked=self.asked())

    def altered(self, form: Form) -> Form:
        """The same submission with other words."""
        return replace(form, draft=self.draft("Something else"))

    def skip(self, user: int, item: UUID, token: UUID) -> None:
        skip_item(
            queue=self.queue, item_id=item, user=self.user(user), token=token, reason="Not mine"
        )

    def park(self, user: int, item: UUID, token: UUID) -> None:
        park_hold(user=self.user(user), item_id=item, token=token)

    def extend(self, user: int, token: UUID) -> bool:
        return renew(user=self.user(user), token=token, now=True) is not None

    def release(self, item: UUID, slot: int, holder: int) -> bool:
        return release_hold(
            queue=self.queue, item_id=item, slot_id=slot, holder_id=holder, actor=self.by
        )

    def move(self, verb: str) -> None:
        verbs: dict[str, Callable[..., Any]] = {
            "activate": status.activate_queue, "pause": status.pause_queue,
            "resume": status.resume_queue, "close": status.close_queue,
            "reopen": status.reopen_queue, "archive": status.archive_queue,
            "restore": status.restore_queue,
        }  # fmt: skip
        verbs[verb](queue=self.queue, actor=self.by)

    def add(self, count: int) -> None:
        wanted = self.ground.traces[self.traces : self.traces + count]
        factories.add_items(self.queue, wanted)
        self.traces += count

    def remove_person(self, user: int) -> None:
        members.remove_member(queue=self.queue, user=self.user(user), actor=self.by)

    def add_person(self, user: int) -> None:
        members.add_members(
            queue=self.queue, users=[self.user(user)], actor=self.by, can_annotate=True
        )

    def pass_time(self, minutes: int) -> None:
        """Everything in the rows becomes so much older."""
        for table, columns in TIMES.items():
            older = ", ".join(f"{name} = {name} - %(by)s::interval" for name in columns)
            key = "id" if table == "queues_queue" else "queue_id"
            sql.run(
                f"update {table} set {older} where {key} = %(queue)s",
                {"by": f"{minutes} minutes", "queue": self.queue.pk},
            )
