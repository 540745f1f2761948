"""What goes wrong with a file: a clear sentence where it happened, and nothing else changed."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from annotate_site.projects.models import User
from tests.conftest import Cast
from traces.models import Upload

from .samples import json_file, jsonl_file, own

pytestmark = pytest.mark.usefixtures("uploads")
MEGABYTE = 1024**2
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"


@pytest.fixture
def manager(cast: Cast, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(cast.manager)


def refusal(client: Client, cast: Cast, file: SimpleUploadedFile | None, status: int = 422) -> str:
    """Sends a file that cannot be taken; the page, with its form, as text."""
    url = reverse("traces:trace-upload", args=[cast.project.slug])
    response = client.post(url, {"file": file} if file else {})
    text = response.content.decode()
    assert response.status_code == status
    assert '<input type="file"' in text
    assert not Upload.objects.exists()
    return text


def test_an_empty_file(cast: Cast, manager: Client) -> None:
    for content in (b"", b"  \n\n", b"\xef\xbb\xbf"):
        file = SimpleUploadedFile("a.json", content)
        assert "This file is empty." in refusal(manager, cast, file)
    empty_list = SimpleUploadedFile("a.json", b"[]")
    assert "This file holds no rows." in refusal(manager, cast, empty_list)


def test_no_file(cast: Cast, manager: Client) -> None:
    assert "Choose a file first." in refusal(manager, cast, None)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00", "This file is a PNG image."),
        ("a.json", PDF, "This file is a PDF document."),
        ("a.gz", b"\x1f\x8b\x08\x00", "This file is a gzip archive."),
        ("a.html", b"<!doctype html><p>Hello", "This file is an HTML or XML page."),
        ("a.bin", b"\x00\x01\x02" * 100, "This file is not text."),
    ],
)
def test_a_wrong_kind_of_file(
    cast: Cast, manager: Client, name: str, content: bytes, sentence: str
) -> None:
    text = refusal(manager, cast, SimpleUploadedFile(name, content))
    assert f"{sentence} Upload JSON, JSONL, CSV or Parquet." in text


def test_broken_json_costs_the_row_where_it_is(cast: Cast, manager: Client) -> None:
    file = SimpleUploadedFile("a.json", b'[{"question": "x"},\n {"question": ]')
    url = reverse("traces:trace-upload", args=[cast.project.slug])
    text = manager.post(url, {"file": file}, follow=True).content.decode()
    assert "1 of 2 rows can be used." in text
    assert "It is not valid JSON: column 13: Expecting value." in text


def test_a_file_of_one_bad_row_shows_no_columns(cast: Cast, manager: Client) -> None:
    file = SimpleUploadedFile("a.json", b'[{"question": "caf\xe9"}]')
    url = reverse("traces:trace-upload", args=[cast.project.slug])
    text = manager.post(url, {"file": file}, follow=True).content.decode()
    assert "It holds bytes that are not valid UTF-8, as of a file saved as Latin-1." in text
    assert "What the columns are" not in text
    assert "read as" not in text


def test_seventy_megabytes(cast: Cast, manager: Client) -> None:
    file = SimpleUploadedFile("a.jsonl", b'{"question": "x"}\n' * (70 * MEGABYTE // 18))
    text = refusal(manager, cast, file, 413)
    assert "This file is larger than 60 MB. Split it and upload the parts." in text


def test_a_file_a_little_beyond_the_limit(cast: Cast, manager: Client, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = MEGABYTE
    row = b'{"question": "x"}\n'
    beyond = SimpleUploadedFile("a.jsonl", row * (MEGABYTE // 18 + 1))
    assert "This file is larger than 1 MB." in refusal(manager, cast, beyond, 413)
    within = SimpleUploadedFile("a.jsonl", row * (MEGABYTE // 18))
    url = reverse("traces:trace-upload", args=[cast.project.slug])
    assert manager.post(url, {"file": within}).status_code == 302


def test_a_broken_row(cast: Cast, manager: Client) -> None:
    url = reverse("traces:trace-upload", args=[cast.project.slug])
    file = jsonl_file([own(1), "{broken", own(3, spans=7)])
    text = manager.post(url, {"file": file}, follow=True).content.decode()
    assert "1 of 3 rows can be used." in text
    assert "Rows that cannot be used" in text
    assert "It is not valid JSON: column 2" in text
    assert "spans: must be a list." in text


def test_only_broken_rows(cast: Cast, manager: Client) -> None:
    url = reverse("traces:trace-upload", args=[cast.project.slug])
    text = manager.post(url, {"file": json_file([1, "x"])}, follow=True).content.decode()
    assert "0 of 2 rows can be used." in text
    assert ">Import" not in text


def test_a_duplicate_trace(cast: Cast, manager: Client) -> None:
    url = reverse("traces:trace-upload", args=[cast.project.slug])
    text = manager.post(url, {"file": json_file([own(1), own(1)])}, follow=True).content.decode()
    assert "1 of these repeats the id of an earlier row" in text
    imports = reverse("traces:upload-import", args=[cast.project.slug, Upload.objects.get().pk])
    text = manager.post(imports, follow=True).content.decode()
    assert "A trace with the id own-1 is already here. It was not changed." in text
    assert cast.project.traces.count() == 1


def test_a_lost_file(cast: Cast, manager: Client) -> None:
    url = reverse("traces:trace-upload", args=[cast.project.slug])
    manager.post(url, {"file": json_file([own(1)])})
    upload = Upload.objects.get()
    upload.file.storage.delete(str(upload.file))
    page = manager.get(reverse("traces:upload-detail", args=[cast.project.slug, upload.pk]))
    assert "The uploaded file is gone. Upload it again." in page.content.decode()
