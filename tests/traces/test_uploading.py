from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from annotate_site import sql
from annotate_site.jobs import run_job
from annotate_site.projects.models import Event, Job, JobError
from tests.conftest import Cast
from traces.actions.uploading import (
    GONE,
    IMPORTED,
    choose_roles,
    plan_of,
    receive_upload,
    start_import,
)
from traces.import_job import MOST_REPEATS_REPORTED
from traces.ingest.cleaning import InputRefused
from traces.ingest.detection import Format, Role
from traces.models import Span, Trace, Upload

from .samples import conversation, flat, json_file, jsonl_file, own

pytestmark = pytest.mark.usefixtures("uploads")


def receive(cast: Cast, file: SimpleUploadedFile) -> Upload:
    return receive_upload(
        project=cast.project, by=cast.manager, file=file, filename=file.name or ""
    )


def run(cast: Cast, file: SimpleUploadedFile) -> Job:
    return start_import(upload=receive(cast, file), by=cast.manager, at_once=True)


def told(job: Job) -> list[tuple[int, str]]:
    return list(JobError.objects.filter(job=job).order_by("row").values_list("row", "message"))


@pytest.mark.parametrize("make", [conversation, flat, own])
@pytest.mark.parametrize("file", [json_file, jsonl_file])
def test_every_row_of_a_good_file_becomes_a_trace(cast: Cast, make: Any, file: Any) -> None:
    job = run(cast, file([make(number) for number in range(1, 4)]))
    assert job.state == "done"
    assert job.result == {"added": 3, "already_there": 0, "refused": 0}
    assert (job.done, job.total) == (3, 3)
    assert cast.project.traces.count() == 3


def test_a_plan_is_kept_with_its_columns_in_their_order(cast: Cast) -> None:
    upload = receive(cast, jsonl_file([flat(1, z=1, a=2)]))
    upload = Upload.objects.get(pk=upload.pk)
    assert list(plan_of(upload).roles) == ["question", "ground_truth", "model_a", "z", "a"]
    assert upload.format == Format.FLAT


def test_chosen_roles_decide_what_a_trace_holds(cast: Cast) -> None:
    upload = receive(cast, jsonl_file([flat(1)]))
    roles = {"question": "output", "ground_truth": "input", "model_a": "ignored"}
    choose_roles(upload=upload, roles=roles)
    start_import(upload=upload, by=cast.manager, at_once=True)
    root = Span.objects.get(trace__project=cast.project)
    assert (root.inputs, root.outputs) == ({"ground_truth": "2"}, {"question": "What is 1 + 1?"})


def test_roles_without_input_or_output_are_refused_and_change_nothing(cast: Cast) -> None:
    upload = receive(cast, jsonl_file([flat(1)]))
    with pytest.raises(InputRefused, match="at least one column"):
        choose_roles(upload=upload, roles={"question": "attribute"})
    assert plan_of(Upload.objects.get()).roles["question"] is Role.INPUT


def test_roles_cannot_change_once_the_import_has_begun(cast: Cast) -> None:
    upload = receive(cast, jsonl_file([flat(1)]))
    start_import(upload=upload, by=cast.manager, at_once=False)
    with pytest.raises(InputRefused, match=IMPORTED):
        choose_roles(upload=upload, roles={"question": "output"})


def test_a_broken_row_is_told_and_spoils_no_other(cast: Cast) -> None:
    job = run(cast, jsonl_file([flat(1), "{broken", [], flat(4)]))
    assert job.result == {"added": 2, "already_there": 0, "refused": 2}
    assert [row for row, _ in told(job)] == [2, 3]
    assert told(job)[1][1] == "It is a list, not an object."


def test_a_duplicate_trace_is_told_by_row_and_changes_nothing(cast: Cast) -> None:
    run(cast, json_file([own(1)]))
    before = Trace.objects.values().get()
    job = run(cast, json_file([own(1, name="other"), own(2)]))
    assert job.result == {"added": 1, "already_there": 1, "refused": 0}
    assert told(job) == [(1, "A trace with the id own-1 is already here. It was not changed.")]
    assert Trace.objects.values().get(trace_id="own-1") == before


def test_a_whole_file_again_tells_only_the_first_repeats(cast: Cast) -> None:
    rows = [flat(number) for number in range(MOST_REPEATS_REPORTED + 5)]
    run(cast, jsonl_file(rows))
    job = run(cast, jsonl_file(rows))
    assert job.result == {"added": 0, "already_there": len(rows), "refused": 0}
    assert len(told(job)) == MOST_REPEATS_REPORTED


def test_a_second_start_finds_the_first_job(cast: Cast) -> None:
    upload = receive(cast, json_file([own(1)]))
    first = start_import(upload=upload, by=cast.manager, at_once=True)
    assert start_import(upload=upload, by=cast.manager, at_once=True).pk == first.pk
    assert Job.objects.count() == 1


def test_a_large_import_waits_for_a_worker(cast: Cast) -> None:
    upload = receive(cast, json_file([own(1)]))
    job = start_import(upload=upload, by=cast.manager, at_once=False)
    assert (job.state, cast.project.traces.count()) == ("waiting", 0)
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.state, cast.project.traces.count()) == ("done", 1)


def test_an_import_in_slices_continues_behind_the_rows_it_has(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate_site.jobs.running.SLICE", timedelta())
    monkeypatch.setattr("traces.ingest.plan.CHUNK", 2)
    rows = [own(1), own(2), {"spans": 7}, own(2), own(3)]
    upload = receive(cast, json_file(rows))
    job, done = start_import(upload=upload, by=cast.manager, at_once=False), []
    while run_job(str(job.pk)):
        job.refresh_from_db()
        done.append(job.done)
    job.refresh_from_db()
    assert done == [2, 4, 5, 5]
    assert (job.state, job.total) == ("done", 5)
    assert job.result == {"added": 3, "already_there": 1, "refused": 1}
    assert [number for number, _ in told(job)] == [3, 4]


def test_rows_without_a_time_stand_in_lists_as_in_the_file(cast: Cast) -> None:
    run(cast, json_file([conversation(number) for number in (1, 2, 3)], "talk.json"))
    names = cast.project.traces.order_by("-start", "-id").values_list("name", flat=True)
    assert list(names) == ["talk 1", "talk 2", "talk 3"]


def test_a_lost_file_fails_the_job_with_a_sentence(cast: Cast) -> None:
    upload = receive(cast, json_file([own(1)]))
    upload.file.storage.delete(str(upload.file))
    job = start_import(upload=upload, by=cast.manager, at_once=True)
    assert (job.state, job.failure) == ("failed", GONE)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\x89PNG\r\n\x1a\n", "PNG image"),
        (b"[]", "This file holds no rows."),
    ],
)
def test_a_file_without_rows_is_refused_and_not_kept(
    cast: Cast, content: bytes, sentence: str, uploads: Path
) -> None:
    with pytest.raises(InputRefused, match=sentence):
        receive(cast, SimpleUploadedFile("a.json", content))
    assert not Upload.objects.exists()
    assert list(uploads.rglob("*.json")) == []


def test_an_import_leaves_events_of_the_job_and_of_the_upload(cast: Cast) -> None:
    job = run(cast, json_file([own(1)]))
    kinds = Event.objects.values_list("object_type", "attribute", "to_value", "actor")
    assert ("job", "state", "done", None) in kinds
    assert ("upload", "traces", "1", cast.manager.pk) in kinds
    assert job.created_by == cast.manager


def test_the_first_rows_of_a_site_give_the_database_statistics(cast: Cast) -> None:
    """Without, an import of twice as many rows took four times as long."""
    sql.run("analyze traces_trace")  # of an empty table, as that of a new site
    assert known_rows() == 0
    run(cast, jsonl_file([flat(number) for number in range(3)]))
    assert known_rows() == 3


def known_rows() -> float:
    row = sql.one("select reltuples from pg_class where oid = 'traces_trace'::regclass")
    assert row
    known: float = row.reltuples
    return known
