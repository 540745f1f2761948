"""A world with one of everything to see, and the address of every page with who opens it.

The world of the authorization tests, and in its project a queue that asks every kind of field about
traces in every form.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.files.base import File

from annotate_site.projects.events import SYSTEM, Actor
from fields.actions import new_version
from fields.kinds import KINDS
from fields.models import Field
from queues.actions.assignment.claiming import pick_item
from queues.actions.items.adding import add_traces, start_batch
from queues.actions.status import close_queue, pause_queue
from queues.models import Item, Queue, QueueField
from reviews.actions.drafts import save_draft
from reviews.answers import Draft
from tests import factories
from tests.authorization.requests import asked_of
from tests.authorization.routes import address
from tests.authorization.table import TABLE, Row
from tests.authorization.world import World
from tests.reviews.working import Worker
from traces.actions.uploading import receive_upload, start_import
from traces.models import Span, Trace

SETTINGS: dict[str, dict[str, Any]] = {
    "boolean": {"true_label": "It does", "false_label": "It does not"},
    "number": {"min": 0, "max": 1, "step": 0.1, "widget": "slider", "unit": "hours"},
    "integer": {"min": -5, "max": 5, "unit": "slips"},
    "rating": {"stars": 5, "low_label": "Useless", "high_label": "Perfect"},
    "text": {"placeholder": "In your own words", "multiline": True},
}
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)
BROKEN = [{"messages": [{"role": "assistant"}]}, {}, 7]
ROWS = [{"question": f"Question {n}?", "reply": f"Reply {n}.", "locale": "en"} for n in range(3)]


def conversation(text: str = "text") -> tuple[dict[str, Any], dict[str, Any]]:
    """Inputs and outputs with a chat in all its parts, prose, plain values and a tree."""
    call = {
        "id": "call-1",
        "type": "function",
        "function": {"name": text, "arguments": json.dumps({text: text, "items": [text]})},
    }
    shown = [{"type": "image_url", "image_url": {"url": url}} for url in (PIXEL, text)]
    messages = [
        {"role": "system", "content": text},
        {"role": "user", "name": text, "content": [{"type": "text", "text": text}, *shown]},
        {"role": "assistant", "content": text, "tool_calls": [call, {"function": {"name": text}}]},
        {"role": "tool", "tool_call_id": "call-1", "name": text, "content": text},
        {"role": "tool", "content": json.dumps({text: {text: text}})},
        {"role": text or "critic", "content": text},
        {"role": "user", "content": [{"type": text, text: text}, {"type": "refusal"}]},
    ]  # fmt: skip
    tree = {"key": text, text: {"deep": [text, {"__proto__": text}]}, "items": {text: None}}
    inputs = {"messages": messages, "prose": f"{text}\n\n{text}", "tree": tree, "__proto__": text}
    return inputs, {"messages": [{"role": "assistant", "content": text}], "short": text, "n": 7}


class Rich(World):
    """`asked`: the queue with every kind of field; its annotator has an item with a draft open."""

    def __post_init__(self) -> None:
        super().__post_init__()
        manager = self.user("manager")
        self.fields = [self._field(kind) for kind in KINDS]
        self.traces = [self._trace(number) for number in range(3)]
        self.asked = factories.make_queue(
            self.project, by=manager, fields=self.fields, annotators=[self.user("annotator")],
            guidelines="Judge **the answer**, not the question.", description="Everything asked",
            skip_reason_required=True, hidden_extras=[],
        )  # fmt: skip
        QueueField.objects.filter(queue=self.asked).update(allow_note=True)
        self.items = self._add(self.asked)
        self.finished, self.paused = self._ended("finished"), self._ended("paused")
        self.compared = self._compared()
        self.renewed = self._renewed()
        self._open()
        self._upload()

    def _field(self, kind: str) -> Field:
        description = f"What is meant by {kind}."
        return factories.make_field(
            self.project, kind, name=f"Asked: {kind}", description=description,
            description_html=f"<p>{description}</p>",
            settings=SETTINGS.get(kind, factories.SETTINGS.get(kind, {})),
        )  # fmt: skip

    def _trace(self, number: int) -> Trace:
        inputs, outputs = conversation(f"said {number}")
        trace = factories.make_trace(
            self.project, "Where is it?", inputs=inputs, outputs=outputs, model="small-1",
            session_id="session-1", user_id="user-1", tags=["tag-a", "tag-b"], status="error",
            tokens_in=1200, tokens_out=35, latency=2500, attributes={"channel": "chat"},
        )  # fmt: skip
        for part in ("retrieve", "answer"):
            Span.objects.create(
                project=self.project, trace=trace, span_id=part, parent_id="root", name=part,
                kind="tool", inputs=inputs, outputs=outputs, attributes={"k": "v"}, status="error",
            )  # fmt: skip
        return trace

    def _add(self, queue: Queue) -> list[Item]:
        both = ["messages", "prose", "tree", "short", "n", "__proto__"]
        display = {"inputs": both, "outputs": both}
        batch = start_batch(queue=queue, by=self.user("manager"), display=display, filter={})
        add_traces(
            queue=queue, trace_ids=[trace.pk for trace in self.traces], batch=batch, actor=SYSTEM
        )
        return list(queue.items.order_by("seq"))

    def _ended(self, name: str) -> Queue:
        manager = self.user("manager")
        queue = factories.make_queue(
            self.project, by=manager, fields=self.fields[:1], items=1, guidelines="Judge.",
            annotators=[self.user("annotator")], description=f"It is {name}",
        )  # fmt: skip
        move = close_queue if name == "finished" else pause_queue
        return move(queue=queue, actor=Actor.person(manager))

    def _compared(self) -> Queue:
        """Two people have answered an item, each otherwise, for figures of what they answered."""
        people = [self.user("annotator"), self.user("second")]
        fields = [one for one in self.fields if one.kind in ("category", "categories", "ranking")]
        queue = factories.make_queue(
            self.project, by=self.user("manager"), fields=fields, annotators=people,
            annotations_required=2, items=1,
        )  # fmt: skip
        for user, first, last in zip(people, ("good", "bad"), ("tone", "facts"), strict=True):
            worker = Worker(queue, user)
            order = [last, "policy", "facts" if last == "tone" else "tone"]
            worker.submit(worker.claim(), first, [last], order)
        return queue

    def _renewed(self) -> Field:
        """Has a newer version than the one that a queue with a finished item asks."""
        manager, second = self.user("manager"), self.user("second")
        field = factories.make_field(self.project, "rating", name="Tone", created_by=manager)
        queue = factories.make_queue(
            self.project, by=manager, fields=[field], annotators=[second], items=1
        )
        worker = Worker(queue, second)
        worker.submit(worker.claim(), "4")
        new_version(field=field, by=manager, name="Warmth", settings={"stars": 7})
        return field

    def _open(self) -> None:
        user, text = self.user("annotator"), str(self.fields[-1].pk)
        hold = pick_item(queue_id=self.asked.pk, item_id=self.items[0].pk, user=user)
        save_draft(
            queue=self.asked, item=self.items[0], round=1, user=user, token=hold.token, version=0,
            draft=Draft({text: ["Half a thought"]}, {text: "A note"}),
        )  # fmt: skip

    def _upload(self) -> None:
        content = "\n".join(json.dumps(row) for row in [*BROKEN, *ROWS]).encode()
        file: File[Any] = File(BytesIO(content), "rows.jsonl")
        file.size = len(content)
        self.upload = receive_upload(
            project=self.project, by=self.user("manager"), file=file, filename="rows.jsonl"
        )
        self.job = start_import(upload=self.upload, by=self.user("manager"), at_once=True)


@dataclass(frozen=True)
class Sight:
    """A page: its route or a word, who opens it, its address, and what is visited before."""

    name: str
    actor: str
    path: str
    first: str = ""


# In this order: who sees most comes first.
ACTORS = ("manager", "reviewer", "annotator", "viewer", "anonymous")
PLAIN = ("healthz", "readyz")  # no pages
FILES = ("<str:format>", "schema.json")  # a browser saves them


def sights(world: Rich, *, everyone: bool = False) -> list[Sight]:
    """Every page as the first actor that may see it, or as each of them; and more states."""
    found = [
        _sight(world, route, actor)
        for route, row in TABLE.items()
        if route not in PLAIN and not any(part in route for part in FILES)
        for actor in _viewers(row)[: None if everyone else 1]
    ]
    return [*found, *more(world)]


def _viewers(row: Row) -> list[str]:
    # Who follows a link is mostly somebody who is not signed in.
    order = ("anonymous", *ACTORS) if row.get and row.get["anonymous"] == "ok" else ACTORS
    return [actor for actor in dict.fromkeys(order) if row.get and row.get[actor] == "ok"]


def _sight(world: Rich, route: str, actor: str) -> Sight:
    asked = asked_of(route, world)
    path = address(route, asked.ids)
    query = "&".join(
        f"{name}={one}"
        for name, value in asked.query.items()
        for one in (value if isinstance(value, list) else [value])
    )
    return Sight(f"/{route}", actor, f"{path}?{query}" if query else path, asked.first)


def more(world: Rich) -> Iterator[Sight]:
    """States of pages that the ids of the table do not reach."""
    project = f"/p/{world.project.slug}"
    queues = f"{project}/annotate/queues"
    queue = f"{queues}/{world.asked.pk}"
    yield Sight("workspace with an item", "annotator", f"{queue}/workspace/")
    yield Sight("workspace, one field", "annotator", f"{queues}/{world.here.queue.pk}/workspace/")
    yield Sight("workspace, paused", "annotator", f"{queues}/{world.paused.pk}/workspace/")
    yield Sight("workspace, finished", "annotator", f"{queues}/{world.finished.pk}/workspace/")
    yield Sight("queue of an annotator", "annotator", f"{queue}/")
    yield Sight("queue", "manager", f"{queue}/")
    yield Sight("settings of a full queue", "manager", f"{queue}/settings/")
    yield Sight("people of a queue", "manager", f"{queue}/members/")
    yield Sight("new queue", "manager", f"{queues}/new/")
    for asked in world.compared.queue_fields.select_related("field"):
        figures = f"{queues}/{world.compared.pk}/analytics/?field={asked.field_id}"
        yield Sight(f"figures, {asked.field.kind}", "manager", figures)
    yield Sight("item", "manager", f"{queue}/items/{world.items[0].pk}/")
    yield Sight("item, completed", "manager", _item(world, 1))
    yield Sight("item, skipped", "manager", _item(world, 3))
    for number in (0, 2, 3):
        reviewed = world.reviewed.ids(number)
        place = f"{queues}/{reviewed['queue']}/items/{reviewed['item']}"
        yield Sight(f"reviewed item {number}", "manager", f"{place}/")
        yield Sight(f"history of {number}", "manager", f"{place}/history/")
    yield Sight("trace", "manager", f"{project}/traces/{world.traces[0].pk}/")
    yield Sight("span", "manager", f"{project}/traces/{world.traces[0].pk}/?span=answer")
    dataset = f"{project}/datasets/{world.here.dataset.pk}"
    yield Sight("rows added", "manager", f"{dataset}/differences/?kind=added")
    yield Sight("earlier version", "viewer", f"{dataset}/?version=1")
    yield Sight("items for a dataset", "manager", f"{queues}/{world.here.queue.pk}/dataset/")
    yield Sight("no traces found", "manager", f"{project}/traces/?name=zebra")
    yield Sight("upload, imported", "manager", f"{project}/traces/uploads/{world.upload.pk}/")
    yield Sight("job with errors", "manager", f"{project}/jobs/{world.job.pk}/")
    for field in world.fields:
        yield Sight(f"field {field.kind}", "manager", f"{project}/annotate/fields/{field.pk}/")
        query = f"new/?kind={field.kind}"
        yield Sight(f"new {field.kind}", "manager", f"{project}/annotate/fields/{query}")
    renewed = world.renewed
    asking = renewed.queue_fields.get().queue_id
    version = f"{queues}/{asking}/versions/{renewed.pk}/"
    yield Sight("version with an older one", "manager", f"{project}/annotate/fields/{renewed.pk}/")
    yield Sight("queue with a newer version", "manager", version)
    yield Sight("settings with a newer version", "manager", f"{queues}/{asking}/settings/")
    yield Sight("notices of a reviewer", "reviewer", "/notices/")
    yield Sight("forbidden", "annotator", f"{project}/traces/")
    yield Sight("not found", "anonymous", "/nowhere/")
    yield Sight("sign in", "anonymous", "/accounts/login/")
    yield Sight("dead link", "anonymous", "/join/used-up/")


def _item(world: Rich, number: int) -> str:
    item = world.here.items[number]
    return f"/p/{world.project.slug}/annotate/queues/{item.queue_id}/items/{item.pk}/"
