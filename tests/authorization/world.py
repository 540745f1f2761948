"""Two projects full of rows: one of everything that a route can name, and everybody's work."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from annotate_site.projects.actions import make_invitation
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Job, Notice, NoticeKind, Project, User
from annotate_site.projects.sign_in import make_sign_in_link, password_token
from queues.actions.assignment.claiming import pick_item
from queues.actions.holds.ending import release_hold, skip_item
from queues.actions.people.links import make_link
from queues.actions.rules import create_rule
from queues.models import Item, ItemOpened, Queue, QueueField, Reservation, Rule, Slot
from reviews.models import Annotation, Review
from tests import factories
from tests.reviews.scoring import by_model, score
from tests.traces.datasets.making import add, make_dataset
from traces.actions.uploading import receive_upload
from traces.datasets.models import Dataset
from traces.models import SavedView, Trace, Upload

from . import canaries
from .reviewed import make_reviewed
from .working import leave_draft, pick, submit

OPEN, COMPLETED, DRAFTED, SKIPPED, HELD, FREE = range(6)  # the items of a queue, in order


@dataclass
class Place:
    """A queue in its project, with one of everything around it."""

    project: Project
    queue: Queue
    items: list[Item]
    trace: Trace
    upload: Upload
    job: Job
    imported: Upload
    invitation: int
    invitation_token: str
    link: int
    link_token: str
    person: int
    reservation: int
    api_token: int
    dataset: Dataset
    view: SavedView
    score: int
    rule: Rule
    notice: int

    @cached_property
    def ids(self) -> dict[str, Any]:
        """For the address of any route; `item` is the one that the annotator holds."""
        held = self.items[HELD]
        return {
            "project": self.project.slug, "queue": self.queue.pk, "item": held.pk,
            "slot": held.slots.order_by("state", "id").last().pk,  # type: ignore[union-attr]
            "trace": self.trace.pk, "field": self.queue.queue_fields.all()[0].field_id,
            "upload": self.upload.pk, "job": self.job.pk, "invitation": self.invitation,
            "link": self.link, "person": self.person, "reservation": self.reservation,
            "api_token": self.api_token, "trace_id": self.trace.trace_id,
            "dataset": self.dataset.pk, "row": self.dataset.rows.earliest("pk").pk,
            "view": self.view.pk, "number": 1, "format": "csv",
            "score": self.score, "score_id": self.score,
            "rule": self.rule.pk, "notice": self.notice,
        }  # fmt: skip


@dataclass
class World:
    """`people`: every actor by name; None is signed out. `second` did the work not to be seen."""

    people: dict[str, User | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.project = factories.make_project("Support agent")
        self.other_project = factories.make_project("Elsewhere")
        self._make_people()
        self.here = make_place(self, self.project, canaries.TRACE)
        self.sibling = make_place(self, self.project, canaries.TRACE)
        self.there = make_place(self, self.other_project, canaries.OTHER_TRACE)
        self.shared = factories.make_field(self.project, "thumbs", shared=True)
        self.draft_queue = factories.make_queue(
            self.project, by=self.user("manager"), fields=self.fields_of(self.here), active=False
        )
        work(self, self.here)
        self.reviewed = make_reviewed(self.project, self.people, self.fields_of(self.here))
        self.sign_in_token = make_sign_in_link(self.user("manager"))
        self.password_token = password_token(factories.make_user("Invited Person"))

    def user(self, name: str) -> User:
        user = self.people[name]
        assert user is not None
        return user

    def fields_of(self, place: Place) -> list[Any]:
        return [one.field for one in place.queue.queue_fields.select_related("field")]

    def _make_people(self) -> None:
        roles = {
            "manager": "manager", "viewer": "viewer", "member": "member", "annotator": "member",
            "reviewer": "member", "second": "member", "deactivated": "manager", "owner": "manager",
        }  # fmt: skip
        outside = ("stranger", "other_manager", "staff", "superuser")
        for name in (*roles, *outside):
            self.people[name] = factories.make_user(f"{name.title()} Person")
        User.objects.filter(pk=self.user("second").pk).update(
            name=canaries.SECOND_NAME, email=canaries.SECOND_EMAIL
        )
        for name, role in roles.items():
            factories.join(self.project, self.user(name), role)
        for name in ("other_manager", "owner"):
            factories.join(self.other_project, self.user(name), "manager")
        User.objects.filter(pk=self.user("deactivated").pk).update(is_active=False)
        User.objects.filter(pk=self.user("staff").pk).update(is_staff=True)
        User.objects.filter(pk=self.user("superuser").pk).update(is_staff=True, is_superuser=True)
        self.people["anonymous"] = None


def make_place(world: World, project: Project, word: str) -> Place:
    """An active queue, N = 2, of six items whose text has the word; nobody has worked yet."""
    here = project == world.project
    annotators = ["annotator", "second", "owner"] if here else ["owner"]
    by = world.user("manager" if here else "other_manager")
    fields = [factories.make_field(project, "text")]
    queue = factories.make_queue(
        project, by=by, fields=fields, annotations_required=2,
        annotators=[world.user(name) for name in annotators],
        reviewers=[world.user("reviewer")] if here else [],
    )  # fmt: skip
    QueueField.objects.filter(queue=queue).update(allow_note=True)
    traces = [
        factories.make_trace(
            project, f"{word} {number}", session_id=f"session-{project.slug}", user_id="user 1"
        )
        for number in range(6)
    ]
    items = factories.add_items(queue, traces)
    rows = b'{"question": "Where?", "answer": "Here."}\n'
    file = SimpleUploadedFile("rows.jsonl", rows)
    job = Job.objects.create(project=project, kind="import_traces", title=f"{word} import")
    imported = Upload.objects.create(
        project=project, created_by=by, filename="old.jsonl", size=1, format="flat", job=job
    )
    invitation, invitation_token = make_invitation(
        project=project, role="member", note="For somebody", by=by
    )
    link, link_token = make_link(queue=queue, by=by, lasting=timedelta(days=1))
    return Place(
        project, queue, items, traces[0],
        receive_upload(project=project, by=by, file=file, filename="rows.jsonl"),
        job, imported,
        invitation.pk, invitation_token, link.pk, link_token,
        world.user("reviewer" if here else "other_manager").pk,
        held_once(queue, items[FREE], world.user("owner")),
        factories.make_token(project, world.user("viewer" if here else "other_manager")).pk,
        dataset_of(project, by, traces),
        SavedView.objects.create(project=project, created_by=by, name=queue.name, shared=True),
        score(traces[0], by_model(), "Fine", fields[0]).id,
        create_rule(
            queue=queue, name=f"{word} rule", filter=[], display={"inputs": ["messages"]},
            rate=0.5, cap=None, actor=Actor.person(by),
        ),
        notice_about(queue, world.user("reviewer" if here else "other_manager")).pk,
    )  # fmt: skip


def notice_about(queue: Queue, user: User) -> Notice:
    """The reviewer has one, as who was added by somebody else; managers are told later."""
    told = Notice.objects.filter(user=user, queue_id=queue.pk).first()
    return told or Notice.objects.create(
        user=user, project=queue.project, queue_id=queue.pk, kind=NoticeKind.COMPLETED, count=6
    )


def dataset_of(project: Project, by: User, traces: list[Trace]) -> Dataset:
    """Two versions, the second with one row more."""
    dataset = make_dataset(project, by, description="For the tests")
    for some in (traces[:2], traces[:3]):
        add(dataset, by, some)
    return dataset


def held_once(queue: Queue, item: Item, user: User) -> int:
    """A reservation that has been given back."""
    hold = pick_item(queue_id=queue.pk, item_id=item.pk, user=user)
    reservation = Reservation.objects.get(token=hold.token)
    assert reservation.slot_id
    release_hold(
        queue=queue, item_id=item.pk, slot_id=reservation.slot_id, holder_id=user.pk,
        actor=Actor.person(user),
    )  # fmt: skip
    return reservation.pk


def work(world: World, place: Place) -> None:
    """Answers, a note, a draft, a skip of `second`; a remark; and what the annotator holds."""
    second, annotator = world.user("second"), world.user("annotator")
    asked = place.queue.queue_fields.get().field
    score(place.trace, world.user("deactivated"), canaries.DIRECT_ANSWER, asked)
    submit(place, OPEN, second, canaries.OPEN_ANSWER, canaries.OPEN_NOTE)
    submit(place, COMPLETED, second, canaries.DONE_ANSWER, canaries.DONE_NOTE)
    submit(place, COMPLETED, annotator, "Mine", "")
    # So that it can be taken back for as long as the tests take.
    mine = Annotation.objects.filter(annotator=annotator)
    mine.update(submitted_at=timezone.now() + timedelta(hours=1))
    skipped = pick(place, SKIPPED, second)
    skip_item(
        queue=place.queue, item_id=skipped.item_id, user=second, token=skipped.token,
        reason=canaries.SKIP_REASON,
    )  # fmt: skip
    leave_draft(place, DRAFTED, second, canaries.DRAFT)
    pick(place, HELD, annotator)
    ItemOpened.objects.create(item=place.items[OPEN], user=world.user("reviewer"))
    Review.objects.create(
        item=place.items[OPEN], round=1, reviewer=world.user("reviewer"), decision="rejected",
        remark=canaries.REMARK, decided_at=timezone.now(),
    )  # fmt: skip


def held_slot(place: Place) -> Slot:
    """The slot that the annotator holds."""
    return Slot.objects.get(item=place.items[HELD], state="held")
