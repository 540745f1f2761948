"""Keys keep the order of the file wherever they are stored or shown."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from annotate_site import sql
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.items.adding import add_traces, start_batch
from queues.models import Item
from tests import factories
from tests.conftest import Cast
from traces.actions.uploading import receive_upload, start_import
from traces.models import Span, Upload

from .samples import json_file

pytestmark = pytest.mark.usefixtures("uploads")

TEXTS = ["Which bus?", "The stop.", "Zebra first.", "Ant second.", "The blue one."]
ROW: dict[str, Any] = {
    "topic": "t",
    "question": "Which bus?",
    "context": "The stop.",
    "zebra_output": "Zebra first.",
    "ant_output": "Ant second.",
    "middle_output": {"zz": 1, "a": {"y": 2, "b": 3}, "mm": 4},
    "answer": "The blue one.",
}
OLD = {"zz": 'ü \\u0000 "', "a": [1.50, None, {"b": "\u2028", "aa": True}], "long key": 1e30}


def receive(cast: Cast, file: SimpleUploadedFile) -> Upload:
    return receive_upload(project=cast.project, by=cast.manager, file=file, filename="order.json")


def imported(cast: Cast, row: dict[str, Any]) -> Span:
    job = start_import(upload=receive(cast, json_file([row])), by=cast.manager, at_once=True)
    assert job.result["added"] == 1
    return Span.objects.get(project=cast.project)


def frozen(cast: Cast, span: Span) -> Item:
    queue = factories.make_queue(cast.project)
    display = {"inputs": list(span.inputs), "outputs": list(span.outputs)}
    batch = start_batch(queue=queue, by=cast.manager, display=display, filter={})
    add_traces(queue=queue, trace_ids=[span.trace_id], batch=batch, actor=SYSTEM)
    return queue.items.get()


def test_a_stored_span_has_the_keys_in_the_order_of_the_file(cast: Cast) -> None:
    span = imported(cast, ROW)
    assert list(span.inputs) == ["question", "context"]
    assert list(span.outputs) == ["zebra_output", "ant_output", "middle_output", "answer"]
    assert json.dumps(span.outputs["middle_output"]) == json.dumps(ROW["middle_output"])


def test_preview_and_trace_and_item_read_in_the_order_of_the_file(
    cast: Cast, browser_of: Callable[[User], Client]
) -> None:
    browser, slug = browser_of(cast.manager), cast.project.slug
    upload = receive(cast, json_file([ROW]))
    preview = reverse("traces:upload-detail", args=[slug, upload.pk])
    assert in_order(browser.get(preview).content.decode())
    start_import(upload=upload, by=cast.manager, at_once=True)
    trace = cast.project.traces.get()
    assert in_order(
        browser.get(reverse("traces:trace-detail", args=[slug, trace.pk])).content.decode()
    )
    item = frozen(cast, Span.objects.get(trace=trace))
    page = reverse("queues:item-detail", args=[slug, item.queue_id, item.pk])
    assert in_order(browser.get(page).content.decode())


def in_order(page: str) -> bool:
    """Whether the page's last mention of each text is in the order of the file."""
    places = [page.rindex(text) for text in TEXTS]
    return places == sorted(places)


def test_events_keep_the_order_of_their_keys(cast: Cast) -> None:
    span = {"span_id": "a", "events": [{"name": "n", "zz": 1, "a": 2}]}
    stored = imported(cast, {"trace_id": "t", "inputs": {"q": "x"}, "spans": [span]})
    assert list(stored.events[0]) == ["name", "zz", "a"]


def test_an_item_freezes_the_order_and_its_hash_is_that_of_its_text(cast: Cast) -> None:
    span = imported(cast, ROW)
    item = frozen(cast, span)
    assert list(item.snapshot["outputs"]) == list(span.outputs)
    text = json.dumps(item.snapshot, ensure_ascii=False)
    assert item.snapshot_hash == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("text", ["a\\u0000b", "a\\ud800b"])
def test_what_json_would_take_and_no_reader_could_bear_is_cleaned(cast: Cast, text: str) -> None:
    row = f'[{{"question": "{text}", "{text}": "x"}}]'.encode()
    job = start_import(
        upload=receive(cast, SimpleUploadedFile("n.json", row)), by=cast.manager, at_once=True
    )
    assert job.result["added"] == 1
    stored = sql.one("select inputs::jsonb as i, inputs::text as t from traces_span")
    assert stored is not None
    assert "a\ufffdb" in stored.t
    assert "\\u" not in stored.t


def test_a_snapshot_of_before_has_the_same_text_and_so_the_same_hash(db: None) -> None:
    same = sql.one(
        "select (%(old)s::jsonb)::json::text = (%(old)s::jsonb)::text as same",
        {"old": json.dumps(OLD)},
    )
    assert same is not None
    assert same.same
