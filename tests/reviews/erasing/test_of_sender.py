"""What came from one user of an application goes, wherever it was copied to; nothing else does."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from annotate_site import sql
from annotate_site.jobs import run_job, running
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Event, Job, User
from queues.actions.items.changing import restore_item
from queues.actions.items.required import change_required
from queues.actions.items.rounds import reopen_item
from queues.errors import WrongState
from queues.models import Batch, Item, Queue, Rule
from reviews.erasing import of_sender
from reviews.erasing.of_sender import Erased, count_erasable
from reviews.invariants import check
from reviews.models import Annotation, Score
from reviews.targets import Source, SourceKind
from tests import factories, streamed
from tests.conftest import Cast
from tests.reviews.datasets.test_queue_dataset import choice, send
from tests.reviews.pages import Desk
from tests.reviews.scoring import by_model, score
from tests.reviews.working import Worker
from tests.traces.datasets.making import add, make_dataset
from traces.actions.uploading import receive_upload, start_import
from traces.datasets.download import FORMATS, download
from traces.datasets.models import Dataset, DatasetRow
from traces.models import SavedView, Trace, Upload

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
WHO, SECRET = "user-77", "Zanzibar"
TABLES = "select table_name from information_schema.tables where table_schema = 'public'"


def everywhere(word: str) -> list[str]:
    """The tables that have a word in any row, events too."""
    found = []
    for row in sql.rows(TABLES):
        with connection.cursor() as cursor:
            cursor.execute(
                f'select 1 from "{row.table_name}" t where t::text ilike %s limit 1', [f"%{word}%"]
            )
            if cursor.fetchone():
                found.append(row.table_name)
    return sorted(found)


@pytest.fixture
def queue(cast: Cast) -> Queue:
    """Two traces of theirs, the first completed with every kind of text, the second held; and one
    trace of somebody else, completed.
    """
    fields = [
        factories.make_field(cast.project, name="Right"),
        factories.make_field(cast.project, "text", name="Why", settings={"min_length": 10}),
    ]
    queue = factories.make_queue(
        cast.project, by=cast.manager, fields=fields, annotators=[cast.annotator, cast.second]
    )
    traces = [
        factories.make_trace(cast.project, f"I am {SECRET} {n}", user_id=WHO, name=f"n{n} {SECRET}")
        for n in range(2)
    ]
    traces.append(factories.make_trace(cast.project, "Somebody else", user_id="user-78"))
    items = factories.add_items(queue, traces)
    worker = Worker(queue, cast.annotator)
    for item in (items[0], items[2]):
        hold = worker.pick(item)
        worker.submit(hold, "true", f"Said by {SECRET}" if item == items[0] else "Said by others")
    Worker(queue, cast.second).save(Worker(queue, cast.second).pick(items[1]), "true", SECRET * 2)
    return queue


def erase(cast: Cast, browser_of: BrowserOf) -> Job:
    """By the page: counted first, then confirmed."""
    client, address = browser_of(cast.manager), reverse("erasing", args=[cast.project.slug])
    asked = {"user_id": WHO, "reason": "Asked by letter 12"}
    assert client.post(address, asked).status_code == 200
    assert Trace.objects.filter(user_id=WHO).exists()
    client.post(address, asked | {"confirm": WHO})
    return Job.objects.get(kind="erase_person")


def test_nothing_of_it_is_left_in_any_table(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    send(queue, cast.manager, **choice(queue, "every", "every"))
    dataset = make_dataset(cast.project, cast.manager)
    add(dataset, cast.manager, list(cast.project.traces.all()))
    counted = count_erasable(cast.project, WHO)
    assert counted == Erased(traces=2, items=2, rows=3)
    assert everywhere(SECRET)
    job = erase(cast, browser_of)
    assert job.result == {"deleted": 2, "items": 2, "rows": 3, "uploads": 0, "others": 0}
    assert everywhere(SECRET) == []
    assert everywhere(WHO) == []
    assert everywhere("Said by others")
    assert [trace.user_id for trace in cast.project.traces.all()] == ["user-78"]
    assert check() == []


def test_choices_and_hashes_stay_and_what_is_open_leaves_its_queue(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    before = {item.pk: item.snapshot_hash for item in Item.objects.all()}
    erase(cast, browser_of)
    first, second, other = Item.objects.order_by("seq")
    assert {item.pk: item.snapshot_hash for item in (first, second, other)} == before
    assert (first.title, first.status, first.removed_at) == ("Erased content", "completed", None)
    assert list(first.snapshot) == ["erased_at"]
    assert second.removed_at
    assert "Somebody else" in json.dumps(other.snapshot)
    scores = Score.objects.filter(item=first).order_by("field__name")
    assert [score.value for score in scores] == [True, "(erased)"]
    assert Annotation.objects.filter(item=second).get().draft == {}


def test_an_erased_item_is_judged_no_more_and_becomes_no_row(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    erase(cast, browser_of)
    first, second, other = Item.objects.order_by("seq")
    actor = Actor.person(cast.manager)
    with pytest.raises(WrongState, match="was erased"):
        reopen_item(queue=queue, item_id=first.pk, reason="Again", actor=actor)
    with pytest.raises(WrongState, match="was erased"):
        restore_item(queue=queue, item_id=second.pk, actor=actor)
    change_required(queue=queue, required=2, raise_completed=True, actor=actor)
    statuses = dict(Item.objects.values_list("pk", "status"))
    assert [statuses[one.pk] for one in (first, other)] == ["completed", "pending"]
    reopened = Worker(queue, cast.second)
    reopened.submit(reopened.claim(), "true", "Said by others")
    send(queue, cast.manager, new_name="After", **choice(queue, "every", "every"))
    rows = DatasetRow.objects.filter(dataset__name="After")
    assert [row.item for row in rows] == [other.pk]


def test_the_event_says_who_why_and_how_much_and_not_whom(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    job = erase(cast, browser_of)
    event = Event.objects.get(object_type="erasure")
    assert (event.actor, event.object_id, event.reason) == (
        cast.manager, str(job.pk), "Asked by letter 12",
    )  # fmt: skip
    assert event.to_value == "2 traces, 2 items, 0 dataset rows, 0 uploaded files, 0 other records"
    assert job.params == {"reason": "Asked by letter 12"}
    items = Event.objects.filter(attribute="content", object_type="item")
    assert items.count() == 2


def test_pages_and_files_say_that_it_was_erased(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    send(queue, cast.manager, **choice(queue, "every", "every"))
    dataset, client = Dataset.objects.get(), browser_of(cast.manager)
    first = Item.objects.order_by("seq")[0]
    digests = list(dataset.rows.order_by("pk").values_list("digest", flat=True))
    erase(cast, browser_of)
    desk = Desk.of(queue, cast.manager)
    row = DatasetRow.objects.get(item=first.pk)
    addresses = [
        reverse("queues:item-detail", args=[cast.project.slug, queue.pk, first.pk]),
        reverse("datasets:row-detail", args=[cast.project.slug, dataset.pk, row.pk]),
    ]
    for address in addresses:
        assert "This content was erased" in client.get(address).content.decode()
    own = reverse("reviews:own-item", args=[cast.project.slug, queue.pk, first.pk])
    assert "This content was erased" in browser_of(cast.annotator).get(own).content.decode()
    page = client.get(reverse("datasets:dataset-detail", args=[cast.project.slug, dataset.pk]))
    assert "Erased content" in page.content.decode()
    answer: Any = desk.client.post(desk.url("queue-export"), {"shape": "long"})
    text = streamed.body(answer).decode()
    assert "Erased content" in text
    assert list(dataset.rows.order_by("pk").values_list("digest", flat=True)) == digests
    for format in FORMATS:
        assert b"".join(download(dataset.versions.get(), format, lambda chunk: ()))


def test_a_batch_at_a_time_and_a_crash_between_loses_nothing(
    cast: Cast, browser_of: BrowserOf, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_sender, "BATCH", 1)
    monkeypatch.setattr(running, "SLICE", running.SLICE * 0)
    job = erase(cast, browser_of)
    assert cast.project.traces.filter(user_id=WHO).count() == 1
    while run_job(str(job.pk)):
        pass
    job.refresh_from_db()
    assert job.result["deleted"] == job.result["items"] == 2
    assert everywhere(SECRET) == []


def test_files_that_were_imported_and_filters_that_name_the_person_go(
    cast: Cast,
    browser_of: BrowserOf,
    queue: Queue,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    file = ContentFile(b'[{"inputs": {"q": 1}, "outputs": {}}]')
    upload = receive_upload(project=cast.project, by=cast.manager, file=file, filename="a.json")
    start_import(upload=upload, by=cast.manager, at_once=True)
    for rows in ([f"user:is:{WHO}"], ["user:is:user-78"]):
        SavedView.objects.create(
            project=cast.project, created_by=cast.manager, name=rows[0], filter=rows
        )
    Batch.objects.update(filter={"all": "1", "filter": [f"user:is:{WHO}"]})
    SavedView.objects.filter(name__endswith=WHO).update(name="Theirs")
    for user in (WHO, f"{WHO}7"):
        selection = urlencode([("all", "1"), ("filter", f"user:is:{user}")])
        Job.objects.create(
            project=cast.project, kind="tag_traces", title="Tag", state="done",
            params={"selection": selection, "add": []},
        )  # fmt: skip
        Rule.objects.create(
            project=cast.project, queue=queue, name=f"Rule {len(user)}", seed="1",
            filter=[f"user:is:{user}"],
        )  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        erase(cast, browser_of)
    assert not Upload.objects.exists()
    assert not upload.file.storage.exists(str(upload.file.name))
    assert [view.name for view in SavedView.objects.all()] == ["user:is:user-78"]
    assert set(Batch.objects.values_list("filter__erased", flat=True)) == {True}
    assert [list(job.params) for job in Job.objects.filter(kind="tag_traces").order_by("pk")] == [
        ["add"], ["add", "selection"],
    ]  # fmt: skip
    rules = Rule.objects.order_by("name").values_list("filter", flat=True)
    assert list(rules) == [["user:is:(erased)"], [f"user:is:{WHO}7"]]


def test_strata_that_name_the_user_forget_them(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    views = [{"name": "Theirs", "filter": [f"user:is:{WHO}"]}]
    by_user = {"kind": "random", "count": 1, "strata": ["user"], "population": {WHO: 2, "x": 3}}
    batch = Batch.objects.get()
    Batch.objects.update(design=by_user)
    other = Batch.objects.create(queue=queue, design=by_user | {"strata": views, "population": {}})
    Item.objects.filter(title__contains=SECRET).update(stratum=WHO)
    erase(cast, browser_of)
    batch.refresh_from_db()
    other.refresh_from_db()
    assert (batch.design["population"], batch.design["strata"]) == ({"x": 3}, ["user"])
    assert other.design["strata"] == []
    assert set(Item.objects.values_list("stratum", flat=True)) == {""}
    assert everywhere(WHO) == []


def test_an_id_that_nobody_has_and_a_missing_reason_are_told(
    cast: Cast, browser_of: BrowserOf, queue: Queue
) -> None:
    client, address = browser_of(cast.manager), reverse("erasing", args=[cast.project.slug])
    other = client.post(address, {"user_id": "user-7", "reason": "x", "confirm": "user-7"})
    assert "No trace of this project has this user id" in other.content.decode()
    assert client.post(address, {"user_id": WHO, "confirm": WHO}).status_code == 422
    assert not Job.objects.exists()


def test_the_command_counts_first_and_erases_then(
    cast: Cast, queue: Queue, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["erase", "sender", cast.project.slug, WHO, "--by", cast.manager.email]
    call_command(*words, "--reason", "Letter", "--dry-run")
    assert capsys.readouterr().out.startswith("Would be erased: 2 traces, 2 items")
    assert Trace.objects.filter(user_id=WHO).count() == 2
    call_command(*words, "--reason", "Letter")
    assert capsys.readouterr().out.startswith("Erased: 2 traces, 2 items")
    assert everywhere(SECRET) == []
    with pytest.raises(CommandError, match="No trace"):
        call_command(*words, "--reason", "Letter")


def test_what_programs_reported_of_their_traces_loses_its_texts_and_keeps_its_figures(
    cast: Cast, browser_of: BrowserOf
) -> None:
    trace = factories.make_trace(cast.project, user_id=WHO)
    said: dict[str, Any] = {"explanation": SECRET, "note": SECRET, "raw": {"said": SECRET}}
    score(trace, by_model("judge"), 0.5, name="Faithful", **said)
    score(trace, by_model("judge"), SECRET, name="Summary")
    for who in (SECRET, "another"):
        customer = Source(SourceKind.HUMAN, key=who)
        score(trace, customer, True, name="Verdict")
    erase(cast, browser_of)
    assert everywhere(SECRET) == []
    values = list(Score.objects.order_by("pk").values_list("value", flat=True))
    assert (values[0], values[2:]) == (0.5, [True, True])
    assert check() == []
