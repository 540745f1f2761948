"""Files of traces by the API: sent whole, imported by a job, asked after."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve
from pytest_django import Settings

from annotate_site.jobs import run_job
from annotate_site.projects.models import Job
from tests import factories, streamed
from tests.conftest import Cast
from traces.models import Span, Upload

from .conftest import Make, Program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
CSV = b"question,answer,topic\nWhy?,So.,bread\nWho?,Me.,cake\nragged\n"
OCTETS = "application/octet-stream"


def send(
    asking: Program, body: bytes = CSV, query: str = "filename=rows.csv", key: str = "",
    packing: str = "identity",
) -> Any:  # fmt: skip
    headers = {"Content-Encoding": packing} | ({"Idempotency-Key": key} if key else {})
    return asking.ask("POST", f"{asking.base}/imports?{query}", body, kind=OCTETS, **headers)


def send_form(asking: Program, content: bytes = CSV, **fields: str) -> Any:
    data = {"file": SimpleUploadedFile("rows.csv", content), **fields}
    headers = {"Authorization": f"Bearer {asking.secret}"}
    return Client().post(f"/api/v1{asking.base}/imports", data, headers=headers)


def test_a_small_file_is_imported_before_the_answer(cast: Cast, program: Make) -> None:
    answer = send(program("ingest"))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["format"], told["filename"]) == ("done", "flat", "rows.csv")
    assert (told["added"], told["refused"], told["total"]) == (2, 1, 3)
    assert told["mapping"] == {"question": "input", "answer": "output", "topic": "attribute"}
    assert cast.project.traces.count() == 2
    assert program("ingest").ask("GET", f"{program().base}/imports/{told['id']}").json() == told


def test_a_form_may_say_what_columns_mean(cast: Cast, program: Make) -> None:
    answer = send_form(program("ingest"), mapping='{"question": "ignored"}', name_by="topic")
    assert answer.json()["added"] == 2
    assert set(cast.project.traces.values_list("name", flat=True)) == {"bread", "cake"}
    assert all(span.inputs == {} for span in Span.objects.filter(project=cast.project))


def test_a_large_file_waits_for_a_worker(cast: Cast, program: Make, settings: Settings) -> None:
    settings.UPLOAD_AT_ONCE = 10
    told = send(program()).json()
    assert (told["state"], told["added"], told["total"]) == ("waiting", 0, None)
    run_job(str(Job.objects.get().pk))
    told = program().ask("GET", f"{program().base}/imports/{told['id']}").json()
    assert (told["state"], told["added"]) == ("done", 2)


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_all_refused_rows_can_be_had(program: Make, format: str) -> None:
    told = send(program()).json()
    path = told["refused_rows"].removeprefix("/api/v1")
    answer = program("ingest").ask("GET", f"{path}?format={format}")
    text = streamed.body(answer).decode()
    assert "It has 1 cell; the table has 3 columns." in text
    assert program().ask("GET", f"{path}?format=xml").status_code == 422


def test_a_repeat_with_its_key_imports_nothing_twice(cast: Cast, program: Make) -> None:
    first = send(program(), key="k-1").json()
    assert send(program(), key="k-1").json() == first
    assert Upload.objects.count() == 1
    other = send(program(), CSV + b"a,b,c\n", key="k-1")
    assert other.status_code in (409, 422)
    assert Upload.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "query", "path", "sentence"),
    [
        (b"", "filename=a.csv", "file", "as the body"),
        (CSV, "", "filename", "what the file is called"),
        (b"\x89PNG\r\n", "filename=a.png", "file", "a PNG image"),
        (CSV, "filename=a.csv&mapping=%7B", "mapping", "Send JSON"),
        (
            CSV,
            "filename=a.csv&mapping=%7B%22topic%22%3A%22no%22%7D",
            "file",
            "A column must be one",
        ),
        (CSV, "filename=a.csv&mapping=%7B%22x%22%3A%22id%22%7D", "file", "no column x that"),
        (CSV, "filename=a.csv&name_by=none", "file", "There is no column none"),
    ],
)
def test_what_cannot_be_taken_is_422_and_kept_nowhere(
    program: Make, body: bytes, query: str, path: str, sentence: str
) -> None:
    answer = send(program(), body, query)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["path"] == path
    assert sentence in error["message"]
    assert not Job.objects.exists()
    assert not Upload.objects.filter(job__isnull=False).exists()


def test_a_file_beyond_the_limit_is_413(program: Make, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = 20
    for answer in (send(program()), send_form(program())):
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert not Upload.objects.exists()


def test_the_web_server_reads_as_much_as_the_page_takes() -> None:
    name = resolve("/api/v1/projects/any/imports").view_name
    assert settings.BODY_LIMITS[name] == settings.BODY_LIMITS["traces:trace-upload"]


def test_a_packed_body_is_415(program: Make) -> None:
    answer = send(program(), packing="gzip")
    assert (answer.status_code, answer.json()["code"]) == (415, "packed")


def test_a_broken_form_is_400(program: Make) -> None:
    asking = program()
    answer = asking.ask("POST", f"{asking.base}/imports", b"x", kind="multipart/form-data")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_form")


def test_a_token_that_only_sends_sees_its_owners_imports_alone(cast: Cast, program: Make) -> None:
    told = send(program()).json()
    colleague = factories.make_user("Ada Osei")
    factories.join(cast.project, colleague, "manager")
    theirs = program("ingest", by=colleague)
    for rest in ("", "/refused"):
        path = f"{theirs.base}/imports/{told['id']}{rest}"
        assert theirs.ask("GET", path).status_code == 404
        assert program("write", by=colleague).ask("GET", path).status_code == 200


def test_an_upload_of_the_page_that_nobody_started_is_no_import(cast: Cast, program: Make) -> None:
    upload = Upload.objects.create(
        project=cast.project, created_by=cast.manager, filename="a", size=1, format="own"
    )
    assert program().ask("GET", f"{program().base}/imports/{upload.pk}").status_code == 404


def test_a_file_of_parquet_by_its_content(program: Make) -> None:
    answer = send(program(), b"PAR1" * 4, "filename=a.parquet")
    assert "Parquet file cannot be read" in json.dumps(answer.json())


@pytest.mark.parametrize(
    ("query", "status"),
    [("filename=ro%00ws%0a.csv", 201), ("filename=rows.csv&mapping=" + "[" * 5000, 422)],
)
def test_no_word_beside_a_file_is_an_error_of_ours(program: Make, query: str, status: int) -> None:
    answer = send(program("ingest"), query=query)
    assert answer.status_code == status, answer.content
    assert answer.json().get("filename", "rows .csv") == "rows .csv"
