"""Where detection is wrong, a person chooses another reading; items keep what was chosen."""

from typing import Any

import pytest
from django.test import Client

from queues.snapshots import snapshot_of
from tests import factories
from tests.conftest import Cast
from traces.reading.pieces import AS_JSON, Choice, choices_of, dialects_of
from traces.reading.sections import read_content
from traces.sources import SourceKind, load_sources

pytestmark = pytest.mark.django_db

CHAT: dict[str, Any] = {"messages": [{"role": "user", "content": "Is the ferry late?"}]}


def test_the_detected_reading_comes_first_and_json_last() -> None:
    first, *_, last = choices_of(CHAT, {})
    assert first == Choice("openai_chat", "OpenAI chat")
    assert last == Choice(AS_JSON, "JSON")
    assert choices_of({"question": "Late?"}, {"answer": "No."}) == []


def test_a_reading_that_a_side_cannot_have_leaves_it_as_detected() -> None:
    assert dialects_of(CHAT, {}, "no such dialect") == dialects_of(CHAT, {})
    assert dialects_of(CHAT, CHAT, AS_JSON).as_json() == {"inputs": ["", 0], "outputs": ["", 0]}


def test_the_trace_page_reads_it_as_chosen(cast: Cast, client: Client) -> None:
    trace = factories.make_trace(cast.project, inputs=CHAT)
    client.force_login(cast.manager)
    address = f"/p/{cast.project.slug}/traces/{trace.pk}/"
    kinds = [
        [section.kind for section in client.get(address + query).context["reading"].sections]
        for query in ("", "?as=openai_chat", "?as=json", "?as=nonsense%00")
    ]
    assert client.get(address + "?as=nonsense").context["read_as"] == ""
    assert kinds == [["chat"], ["chat"], ["tree", "tree"], ["chat"]]


def test_an_item_keeps_the_reading_that_was_chosen_for_it(cast: Cast) -> None:
    trace = factories.make_trace(cast.project, inputs=CHAT)
    (source,) = load_sources(cast.project, SourceKind.TRACE, [str(trace.pk)])
    shown = {"inputs": ["messages"], "outputs": []}
    as_json = snapshot_of(source, {**shown, "read_as": AS_JSON}, [])
    assert [one.kind for one in read_content(as_json.content).sections] == ["tree"]
    detected = snapshot_of(source, shown, [])
    assert [one.kind for one in read_content(detected.content).sections] == ["chat"]
