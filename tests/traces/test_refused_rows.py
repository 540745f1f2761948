"""Every row that an import refused, as a file."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from annotate_site.jobs import run_job
from annotate_site.projects.models import Job, JobError, User
from tests import streamed
from tests.conftest import Cast
from traces.actions.keeping import delete_uploads
from traces.actions.uploading import receive_upload, start_import
from traces.import_job import MOST_REPORTED
from traces.models import RefusedRows, Upload
from traces.refused_rows import BEYOND_ROOM, refused_file

from .samples import flat, jsonl_file

pytestmark = pytest.mark.usefixtures("uploads")
BROKEN = '{"question": "=1+1'


def start(cast: Cast, file: SimpleUploadedFile, *, at_once: bool = True) -> Job:
    upload = receive_upload(
        project=cast.project, by=cast.manager, file=file, filename=file.name or ""
    )
    return start_import(upload=upload, by=cast.manager, at_once=at_once)


def kept(job: Job) -> list[tuple[Any, ...]]:
    lines = b"".join(refused_file(Upload.objects.get(job=job), "jsonl")).splitlines()
    return [tuple(json.loads(line).values()) for line in lines]


def test_each_refused_row_has_its_number_reason_and_beginning(cast: Cast) -> None:
    job = start(cast, jsonl_file([flat(1), BROKEN, {"score": 1}, "[1]"]))
    assert [(row, start) for row, _, start in kept(job)] == [
        (2, BROKEN), (3, '{"score": 1}'), (4, "[1]"),
    ]  # fmt: skip
    assert kept(job)[1][1] == "Nothing in it is an input or an output."


def test_the_file_holds_more_than_the_page_shows(cast: Cast) -> None:
    job = start(cast, jsonl_file([flat(1), *["{broken"] * (MOST_REPORTED + 5)]))
    assert JobError.objects.filter(job=job).count() == MOST_REPORTED
    assert [row for row, _, _ in kept(job)] == list(range(2, MOST_REPORTED + 7))


def test_an_import_in_slices_keeps_each_row_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate_site.jobs.running.SLICE", timedelta())
    monkeypatch.setattr("traces.ingest.plan.CHUNK", 2)
    job = start(cast, jsonl_file([flat(1), *["{broken"] * 7]), at_once=False)
    while run_job(str(job.pk)):
        pass
    job.refresh_from_db()
    assert [row for row, _, _ in kept(job)] == list(range(2, 9))


def test_a_list_beyond_its_room_says_how_many_are_missing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("traces.import_job.MOST_PACKED", 100)
    monkeypatch.setattr("traces.ingest.plan.CHUNK", 2)
    job = start(cast, jsonl_file([flat(1), *[f"{{{n}" for n in range(9)]]))
    rows = kept(job)
    assert 1 < len(rows) < 9
    assert rows[-1] == (None, BEYOND_ROOM.format(9 - len(rows) + 1), "")


def test_the_rows_go_with_their_upload(cast: Cast) -> None:
    start(cast, jsonl_file([flat(1), BROKEN]))
    assert delete_uploads(project=cast.project, days=-1, most=10) == 1
    assert not RefusedRows.objects.exists()


def address(cast: Cast, job: Job, format: str) -> str:
    upload = cast.project.uploads.get(job=job)
    return reverse("traces:upload-refused", args=[cast.project.slug, upload.pk, format])


def test_the_jobs_page_leads_to_the_file_as_csv_and_jsonl(
    cast: Cast, browser_of: Callable[[User], Client]
) -> None:
    job = start(cast, jsonl_file([flat(1), BROKEN], "runs.jsonl"))
    page = reverse("projects:job-detail", args=[cast.project.slug, job.pk])
    manager = browser_of(cast.manager)
    text = manager.get(page).content.decode()
    assert address(cast, job, "csv") in text
    assert address(cast, job, "csv") not in browser_of(cast.viewer).get(page).content.decode()
    answer = manager.get(address(cast, job, "csv"))
    assert answer["Content-Disposition"] == 'attachment; filename="runs-refused.csv"'
    body = streamed.body(answer).decode()
    rows = list(csv.reader(StringIO(body.lstrip("\ufeff"))))
    assert rows[0] == ["row", "reason", "start"]
    assert (rows[1][0], rows[1][2]) == ("2", BROKEN)
    lines = manager.get(address(cast, job, "jsonl"))
    assert streamed.body(lines).startswith(b'{"row": 2,')
    assert manager.get(address(cast, job, "xml")).status_code == 404


def test_an_import_without_refused_rows_offers_no_file(
    cast: Cast, browser_of: Callable[[User], Client]
) -> None:
    job = start(cast, jsonl_file([flat(1)]))
    page = reverse("projects:job-detail", args=[cast.project.slug, job.pk])
    assert "/refused/" not in browser_of(cast.manager).get(page).content.decode()
