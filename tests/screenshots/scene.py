"""What there is to see: the demo after a morning's work, and every page with who opens it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import File
from django.urls import reverse
from playwright.sync_api import Page

from annotate_site.projects.actions import make_invitation
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Project, User
from queues.actions.items.adding import add_traces, start_batch
from queues.actions.people.links import make_link
from queues.actions.settings import Asked, create_queue
from queues.actions.status import activate_queue, pause_queue
from queues.models import Queue
from reviews.demo import ANNOTATORS, MANAGER, QUALITY, REVIEWER, SLUG
from tests.reviews.working import Worker
from tests.traces.datasets.making import EXPECTED, MESSAGES, add, make_dataset
from traces.actions.uploading import receive_upload, start_import

from .acts import (
    add_three,
    click,
    find_in_item,
    look_back,
    preview_first,
    raise_form,
    submit_too_early,
    tick_three,
    type_in_two_tabs,
    type_offline,
)

RANKED = ["facts", "policy", "brevity", "tone"]
# In the order of the demo's fields; the last three may stay empty.
MORNING: tuple[tuple[str | list[str], ...], ...] = (
    ("true", "up", "0", "0", "5", "follows", "nothing", "", "", ""),
    (
        *("false", "down", "2", "4.5", "3", "breaks", "made-up"),
        *(RANKED, "2026-09-15", "Runa should have asked for a photo."),
    ),
    ("true", "up", "0", "0.5", "4", "slip", "wordy", "", "", ""),
    (
        *("true", "up", "1", "2", "4", "follows", "missed"),
        *("", "", "She should have answered both questions."),
    ),
    ("false", "down", "1", "8", "2", "cannot-tell", "wrong-call", RANKED, "2026-09-30", ""),
)
HALF_DONE = ("true", "up", "0", "", "4")
ROWS = [
    {"question": "Do you ship to Norway?", "answer": "Yes, within 5 days.", "locale": "en"},
    {"question": "Can I return opened bib shorts?", "answer": "No, sorry.", "locale": "en"},
    {"question": "Wo ist mein Paket?", "answer": "In Hamburg, seit gestern.", "locale": "de"},
]
BROKEN = [{"messages": [{"role": "user", "content": "Hello"}, {"role": "assistant"}]}, {}, 7]


@dataclass(frozen=True)
class Shot:
    """A picture: its name, the page's address, and what is done there before it is taken."""

    name: str
    path: str
    then: Callable[[Page], None] | None = None


class Scene:
    """The demo project, its people at work, and more queues in other states."""

    def __init__(self) -> None:
        self.project = Project.objects.get(slug=SLUG)
        self.manager = User.objects.get(email=MANAGER[0])
        self.kwame, self.yuki = (User.objects.get(email=email) for email, _ in ANNOTATORS)
        self.ingrid = User.objects.get(email=REVIEWER[0])
        self.queue = self.project.queues.get(name=QUALITY)
        self.reviewed = self.project.queues.get(requires_review=True)
        self.actor = Actor.person(self.manager)
        self._work()
        self.paused, self.held, self.finished, self.draft = self._more_queues()
        _, self.share = make_link(
            queue=self.queue, by=self.manager, lasting=timedelta(days=7), max_uses=5
        )
        _, self.invitation = make_invitation(
            project=self.project, role="viewer", note="Head of support", by=self.manager
        )
        self.upload = self._receive("questions.jsonl", ROWS)
        broken = self._receive("conversations.jsonl", [*BROKEN, *ROWS])
        self.job = start_import(upload=broken, by=self.manager, at_once=True)
        self.dataset = make_dataset(self.project, self.manager, name="Golden answers")
        traces = list(self.project.traces.order_by("start")[:12])
        for some, columns in ((traces[:10], MESSAGES), (traces[8:], EXPECTED)):
            add(self.dataset, self.manager, some, columns)

    def _work(self) -> None:
        """Two annotators in the same items, at different speeds; one is in the middle of one."""
        kwame, yuki = Worker(self.queue, self.kwame), Worker(self.queue, self.yuki)
        for turn in range(11):
            kwame.submit(kwame.claim(), *MORNING[turn % 5])
        for turn in range(7):
            yuki.submit(yuki.claim(), *MORNING[(turn * 3) % 5])
        kwame.save(kwame.claim(), *HALF_DONE)

    def _more_queues(self) -> tuple[Queue, Queue, Queue, Queue]:
        paused = self._queue("Delivery promises", 6)
        pause_queue(queue=paused, actor=self.actor)
        held = self._queue("Returns, second look", 1)
        Worker(held, self.kwame).claim()
        finished = self._queue("Tone, pilot", 2)
        worker = Worker(finished, self.kwame)
        for _ in range(2):
            worker.submit(worker.claim(), "5")
        return paused, held, finished, self._queue("Hand-overs", 0, active=False)

    def _queue(self, name: str, items: int, *, active: bool = True) -> Queue:
        tone = self.project.fields.get(name="Tone")
        queue = create_queue(
            project=self.project,
            by=self.manager,
            settings={"name": name},
            fields=[Asked(tone)],
            annotators=[self.kwame, self.yuki],
        )
        display = {"inputs": ["messages"], "outputs": ["messages"]}
        if items:
            batch = start_batch(queue=queue, by=self.manager, display=display, filter={})
            ids = list(self.project.traces.values_list("pk", flat=True)[:items])
            add_traces(queue=queue, trace_ids=ids, batch=batch, actor=self.actor)
        return activate_queue(queue=queue, actor=self.actor) if active else queue

    def _receive(self, name: str, rows: list[Any]) -> Any:
        content = "\n".join(json.dumps(row) for row in rows).encode()
        file = File(BytesIO(content), name)
        file.size = len(content)
        return receive_upload(project=self.project, by=self.manager, file=file, filename=name)

    def visits(self) -> list[tuple[User | None, list[Shot]]]:
        """Who opens which pages."""
        return [
            (None, self._of_strangers()),
            (self.manager, [*self._of_manager(), *self._of_datasets()]),
            (self.kwame, self._of_annotator()),
            (self.yuki, self._of_second()),
            (self.ingrid, self._of_reviewer()),
        ]

    def _in(self, view: str, queue: Queue | None = None, **more: Any) -> str:
        kwargs = {"project": SLUG, **({"queue": queue.pk} if queue else {}), **more}
        return reverse(view, kwargs=kwargs)

    def _of_strangers(self) -> list[Shot]:
        return [
            Shot("login", reverse("account_login")),
            Shot("join", reverse("join-link", kwargs={"token": self.share})),
            Shot("join-dead", reverse("join-link", kwargs={"token": "used-up"})),
            Shot("invitation", reverse("joining:invitation-link", args=[self.invitation])),
            Shot("sign-in-link-dead", reverse("projects:sign-in-link", args=["used"])),
            Shot("not-found", "/nowhere/"),
        ]

    def _of_manager(self) -> list[Shot]:
        item = self.queue.items.earliest("seq")
        later = self.queue.items.order_by("seq")[9]
        trace = self.project.traces.get(pk=item.source_key)
        field = self.project.fields.get(name="What went wrong")
        return [
            Shot("home-manager", reverse("home")),
            Shot("projects", reverse("project-list")),
            Shot("trace-list-for", self._in("traces:trace-list") + f"?for={self.queue.pk}"),
            Shot("trace-list", self._in("traces:trace-list")),
            Shot("trace-list-selected", self._in("traces:trace-list"), tick_three),
            Shot("trace-list-none", self._in("traces:trace-list") + "?name=zebra"),
            Shot("trace-detail", self._in("traces:trace-detail", trace=trace.pk)),
            Shot("trace-upload", self._in("traces:trace-upload")),
            Shot("upload-detail", self._in("traces:upload-detail", upload=self.upload.pk)),
            Shot("job", self._in("projects:job-detail", job=self.job.pk)),
            Shot("item-add", self._in("traces:trace-list"), add_three),
            Shot("token-list", self._in("projects:token-list")),
            Shot("keeping", self._in("traces:keeping")),
            Shot("erasing", self._in("erasing")),
            Shot("token-new", self._in("projects:token-new")),
            Shot("field-list", self._in("fields:field-list")),
            Shot("field-new", self._in("fields:field-create")),
            Shot("field-new-categories", self._in("fields:field-create") + "?kind=categories"),
            Shot("field-detail", self._in("fields:field-detail", field=field.pk)),
            Shot("queue-list", self._in("queues:queue-list")),
            Shot("queue-new", self._in("queues:queue-new")),
            Shot("queue-detail", self._in("queues:queue-detail", self.queue)),
            Shot("queue-detail-draft", self._in("queues:queue-detail", self.draft)),
            Shot("queue-progress", self._in("queues:queue-progress", self.queue)),
            Shot("queue-analytics", self._in("reviews:analytics", self.queue)),
            Shot("queue-settings", self._in("queues:queue-settings", self.queue)),
            Shot("queue-settings-draft", self._in("queues:queue-settings", self.draft)),
            Shot("queue-people", self._in("queues:queue-people", self.queue)),
            Shot("item-detail", self._in("queues:item-detail", self.queue, item=item.pk)),
            Shot("item-detail-open", self._in("queues:item-detail", self.queue, item=later.pk)),
            Shot("share", self._in("links:link-list", self.queue)),
            Shot("people", self._in("people:person-list")),
            Shot("invitation-new", self._in("people:invitation-new")),
            Shot("admin", "/admin/"),
            Shot("admin-queue-new", "/admin/queues/queue/add/"),
            Shot("password", reverse("account_set_password")),
        ]

    def _of_datasets(self) -> list[Shot]:
        trace = self.project.traces.earliest("start")
        of: dict[str, Any] = {"dataset": self.dataset.pk}
        row = self.dataset.rows.latest("pk")
        return [
            Shot("dataset-list", self._in("datasets:dataset-list")),
            Shot("dataset-new", self._in("datasets:dataset-new")),
            Shot("dataset-add", self._in("datasets:dataset-add") + f"?trace={trace.pk}"),
            Shot("dataset-detail", self._in("datasets:dataset-detail", **of)),
            Shot("dataset-row", self._in("datasets:row-detail", **of, row=row.pk)),
            Shot("dataset-differences", self._in("datasets:version-differences", **of)),
            Shot("dataset-of-queue", self._in("reviews:queue-dataset", self.queue)),
        ]

    def _of_annotator(self) -> list[Shot]:
        desk = self._in("reviews:workspace", self.queue)
        mine = self.queue.items.earliest("seq")
        return [
            Shot("home-annotator", reverse("home")),
            Shot("queue-of-annotator", self._in("queues:queue-detail", self.queue)),
            Shot("queue-preview", self._in("queues:queue-detail", self.queue), preview_first),
            Shot("guidelines", self._in("queues:guidelines", self.queue)),
            Shot("own-work", self._in("reviews:own-work", self.queue)),
            Shot("own-item", self._in("reviews:own-item", self.queue, item=mine.pk)),
            Shot("own-correct", self._in("reviews:item-correct", self.queue, item=mine.pk)),
            Shot("workspace", desk),
            Shot("workspace-guidelines", desk, click("[data-guidelines]")),
            Shot("workspace-keys", desk, click("[data-open-dialog=keys]")),
            Shot("workspace-find", desk, find_in_item),
            Shot("workspace-earlier", desk, look_back),
            Shot("workspace-form", desk, raise_form),
            Shot("workspace-refused", desk, submit_too_early),
            Shot(
                "workspace-returned",
                self._in("reviews:workspace", self.reviewed),
                click("main form button"),
            ),
            Shot("workspace-offline", desk, type_offline),
            Shot("workspace-two-texts", desk, type_in_two_tabs),
            Shot("forbidden", self._in("traces:trace-list")),
        ]

    def _of_second(self) -> list[Shot]:
        return [
            Shot("workspace-start", self._in("reviews:workspace", self.queue)),
            Shot(
                "workspace-others",
                self._in("reviews:workspace", self.held),
                click("main form button"),
            ),
            Shot(
                "workspace-paused",
                self._in("reviews:workspace", self.paused),
                click("main form button"),
            ),
            Shot(
                "workspace-finished",
                self._in("reviews:workspace", self.finished),
                click("main form button"),
            ),
        ]

    def _of_reviewer(self) -> list[Shot]:
        waiting = self.reviewed.items.filter(status="pending_review").earliest("seq")
        review = self._in("reviews:item-review", self.reviewed, item=waiting.pk)
        return [
            Shot("home-reviewer", reverse("home")),
            Shot("review-list", self._in("reviews:review-list", self.reviewed)),
            Shot("review-decided", self._in("reviews:review-decided", self.reviewed)),
            Shot("item-review", review, click("main form button")),
        ]
