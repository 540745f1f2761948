"""The upload page with files of other products and of conversations."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import User
from tests.conftest import Cast
from traces.models import Upload

from .samples import conversation, json_file, jsonl_file
from .senders import otlp, otlp_span

pytestmark = pytest.mark.usefixtures("uploads")
SAID = {"gen_ai.prompt.0.content": "Which platform?", "gen_ai.completion.0.content": "The third."}
SPANS = [otlp(otlp_span(1, {})), otlp(otlp_span(2, SAID, parent=1))]


@pytest.fixture
def manager(cast: Cast, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(cast.manager)


def page(client: Client, cast: Cast, file: SimpleUploadedFile) -> str:
    url = reverse("traces:trace-upload", args=[cast.project.slug])
    return client.post(url, {"file": file}, follow=True).content.decode()


def test_a_column_beside_messages_can_be_the_name(cast: Cast, manager: Client) -> None:
    rows = [conversation(number, subject=f"Parcel {number}") for number in (1, 2)]
    text = page(manager, cast, json_file(rows))
    assert "Columns beside the conversation" in text
    assert "Parcel 1" not in text
    upload = Upload.objects.get()
    url = reverse("traces:upload-detail", args=[cast.project.slug, upload.pk])
    chosen = {"role-0": "attribute", "role-1": "name"}
    part = manager.post(url, chosen, headers={"hx-request": "true"}).content.decode()
    assert "Parcel 1" in part
    manager.post(reverse("traces:upload-import", args=[cast.project.slug, upload.pk]))
    assert set(cast.project.traces.values_list("name", flat=True)) == {"Parcel 1", "Parcel 2"}


@pytest.mark.parametrize(
    "rows", [[conversation(1) | {"task": 1, "messages": [{"role": "user", "content": "x"}]}], SPANS]
)
def test_only_what_has_columns_shows_any(cast: Cast, manager: Client, rows: list[Any]) -> None:
    text = page(manager, cast, jsonl_file(rows))
    assert ("Columns beside the conversation" in text) is ("task" in rows[0])
    assert "What the columns are" not in text


def test_spans_are_previewed_as_the_traces_that_they_become(cast: Cast, manager: Client) -> None:
    text = page(manager, cast, jsonl_file(SPANS))
    assert "OpenTelemetry spans (OTLP)" in text
    assert "Import 1 trace<" in text
    assert "2 of 2 rows can be used." in text
    assert text.count('<details class="sample"') == 1
    assert "Which platform?" in text
    assert "The third." in text


def test_equal_rows_are_told_before_the_import(cast: Cast, manager: Client) -> None:
    row = {"question": "Which platform?", "answer": "The third."}
    text = page(manager, cast, json_file([row, row]))
    assert "Import 1 trace<" in text
    assert "1 of these equals an earlier row and has no id; equal rows become one trace." in text
    assert "repeat" not in text
