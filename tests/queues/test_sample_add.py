"""A random sample of all that match: what it is drawn from, what is added, what is remembered."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from annotate_site.jobs import run_job, running
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Job, User
from queues import sample_jobs
from queues.actions.items import sampled
from queues.actions.status import archive_queue
from queues.models import Batch, Item, Queue
from queues.views import sampling as sampling_views
from traces.attribute_rows import fill_attributes
from traces.filters import TraceFilter
from traces.models import SavedView, Trace

from .. import factories
from ..conftest import Cast
from .pages import told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def sample(queue: Queue, **more: Any) -> dict[str, Any]:
    usual = {
        "all": "1", "shown": "1", "add": "1", "into": queue.pk, "inputs": "messages",
        "how": "random", "size": "2", "unit": "count", "by": "", "seed": "a1b2",
    }  # fmt: skip
    return usual | more


def make_traces(cast: Cast, **statuses: int) -> None:
    for status, number in statuses.items():
        for _ in range(number):
            factories.make_trace(cast.project, status=status)


def parts_of(queue: Queue) -> Counter[tuple[str, float | None]]:
    return Counter(queue.items.values_list("stratum", "inclusion"))


def keys_of(queue: Queue) -> set[str]:
    return set(queue.items.values_list("source_key", flat=True))


def test_each_status_gives_its_count_and_a_small_one_all_it_has(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, name="Refunds")
    make_traces(cast, ok=8, error=1)
    client = browser_of(cast.manager)
    response = client.post(url("item-add", cast.project), sample(queue, by="status"))
    assert told(response) == ["3 of 9 traces added to Refunds, at random."]
    assert parts_of(queue) == {("ok", 0.25): 2, ("error", 1.0): 1}
    batch = Batch.objects.get()
    assert batch.design == {
        "kind": "random", "count": 2, "seed": "a1b2", "strata": ["status"],
        "population": {"ok": 8, "error": 1},
    }  # fmt: skip
    assert (batch.added, batch.filter) == (3, {"all": "1", "filter": []})


def test_list_and_page_of_items_tell_stratum_and_probability(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project)
    make_traces(cast, ok=8, error=1)
    client = browser_of(cast.manager)
    listed = url("queue-detail", cast.project, queue)
    assert "Chance" not in client.get(listed).content.decode()
    client.post(url("item-add", cast.project), sample(queue, by="status"))
    page = " ".join(client.get(listed).content.decode().split())
    assert ">25%</td>" in page
    assert "<bdi>error</bdi>" in page
    item = queue.items.get(stratum="error")
    page = client.get(url("item-detail", cast.project, queue, item=item)).content.decode()
    assert "with a probability of 100%, from <bdi>error</bdi>" in page


def test_the_preview_says_how_many_of_how_many(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project)
    make_traces(cast, ok=30, error=10)
    client, htmx = browser_of(cast.manager), {"HX-Request": "true"}

    def preview(**more: Any) -> str:
        data = sample(queue, **more)
        del data["add"]
        page = client.post(url("item-add", cast.project), data, headers=htmx)
        return " ".join(page.content.decode().split())

    page = preview(size="10", by="status")
    assert "20 of 40 traces</strong>: <bdi>10 of each status</bdi>" in page
    assert "Add 20 traces" in page
    assert "up to 20 of each status" in preview(size="20", by="status")
    page = preview(size="12.5", unit="percent")
    assert "About 5 of 40 traces</strong>." in page
    assert "12.5% of each status" in preview(size="12.5", unit="percent", by="status")
    assert "Give a percentage above 0" in preview(size="0", unit="percent")
    assert not Batch.objects.exists()


def test_traces_that_are_in_the_queue_are_no_part_of_the_population(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project)
    make_traces(cast, ok=6)
    factories.add_items(queue, list(Trace.objects.all()[:4]))
    client, address = browser_of(cast.manager), url("item-add", cast.project)
    page = client.post(address, sample(queue, add=[]), headers={"HX-Request": "true"})
    assert "4 already in this queue are left out." in " ".join(page.content.decode().split())
    client.post(address, sample(queue))
    assert queue.items.count() == 6
    assert Batch.objects.latest("pk").design["population"] == {"": 2}
    assert set(queue.items.filter(batch__design__kind="random").values_list("inclusion")) == {(1,)}


def test_a_rate_takes_the_same_again_and_nothing_new(cast: Cast, browser_of: BrowserOf) -> None:
    first, second = (factories.make_queue(cast.project) for _ in range(2))
    make_traces(cast, ok=40)
    client = browser_of(cast.manager)
    for queue in (first, second, first):
        client.post(url("item-add", cast.project), sample(queue, size="25", unit="percent"))
    assert keys_of(first) == keys_of(second)
    assert 0 < first.items.count() < 40
    assert set(first.items.values_list("inclusion", "stratum")) == {(0.25, "")}
    assert first.batches.count() == 1


def test_all_that_match_and_ticked_traces_say_so(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project)
    make_traces(cast, ok=3)
    client, address = browser_of(cast.manager), url("item-add", cast.project)
    ticked = [str(trace.pk) for trace in Trace.objects.all()[:1]]
    data = sample(queue)
    del data["all"]
    client.post(address, data | {"trace": ticked})
    client.post(address, sample(queue, how="all"))
    assert [batch.design for batch in Batch.objects.order_by("pk")] == [
        {"kind": "convenience"}, {"kind": "everything"}
    ]  # fmt: skip
    assert parts_of(queue) == {("", None): 1, ("", 1.0): 2}


def test_strata_of_models_names_users_tags_and_attributes(
    cast: Cast, browser_of: BrowserOf
) -> None:
    make_traces(cast, ok=1)
    vip = factories.make_trace(
        cast.project, model="m1", name="refund", user_id="u1", tags=["vip", "new"],
        attributes={"plan": {"tier": "gold"}},
    )  # fmt: skip
    fill_attributes(cast.project.pk, [vip.pk])
    Trace.objects.exclude(pk=vip.pk).update(name="parcel")
    client = browser_of(cast.manager)
    for chosen, expected in (
        ({"by": "model"}, {"m1", "(none)"}),
        ({"by": "name"}, {"refund", "parcel"}),
        ({"by": "user"}, {"u1", "(none)"}),
        ({"by": "tag", "of": "vip"}, {"tagged vip", "without the tag"}),
        ({"by": "attribute", "of": "plan.tier"}, {"gold", "(none)"}),
    ):
        queue = factories.make_queue(cast.project)
        client.post(url("item-add", cast.project), sample(queue, size="1", **chosen))
        assert set(queue.items.values_list("stratum", flat=True)) == expected, chosen


def test_strata_of_views_take_a_trace_for_the_first_that_matches(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project)
    make_traces(cast, ok=3, error=3, unset=3)
    views = [
        SavedView.objects.create(
            project=cast.project, name=name, filter=[row], created_by=cast.manager
        )
        for name, row in (("Failed", "status:is:error"), ("Stated", "status:is_not:unset"))
    ]
    chosen = {"by": "views", "views": [view.pk for view in views]}
    client = browser_of(cast.manager)
    client.post(url("item-add", cast.project), sample(queue, **chosen))
    found = Counter(
        (item.stratum, Trace.objects.get(pk=item.source_key).status) for item in queue.items.all()
    )
    assert found == {("Failed", "error"): 2, ("Stated", "ok"): 2, ("(the rest)", "unset"): 2}
    stored = Batch.objects.get().design["strata"]
    assert stored[0] == {"name": "Failed", "filter": ["status:is:error"]}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"size": "0"}, "Give a whole number from 1 to 100,000."),
        ({"size": "1.5"}, "Give a whole number from 1 to 100,000."),
        ({"size": "١"}, "Give a whole number from 1 to 100,000."),
        ({"size": "nan", "unit": "percent"}, "Give a percentage above 0 and up to 100."),
        ({"size": "101", "unit": "percent"}, "Give a percentage above 0 and up to 100."),
        ({"by": "tag"}, "Name the tag."),
        ({"by": "views"}, "Choose at least one saved view."),
        ({"by": "nonsense"}, "Select a valid choice."),
        ({"by": "name", "size": "1"}, "The traces have more than 50 values of name."),
        ({"seed": "x" * 41}, "at most 40 characters"),
    ],
)
def test_a_sample_that_makes_no_sense_is_told(
    cast: Cast, browser_of: BrowserOf, wrong: dict[str, Any], sentence: str
) -> None:
    queue = factories.make_queue(cast.project)
    make_traces(cast, ok=51)
    data = sample(queue, **wrong)
    response = browser_of(cast.manager).post(url("item-add", cast.project), data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Batch.objects.exists()


def test_a_view_of_another_project_is_no_choice(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project)
    make_traces(cast, ok=1)
    foreign = SavedView.objects.create(
        project=cast.other_project, name="Secret", shared=True, created_by=cast.other_manager
    )
    data = sample(queue, by="views", views=[foreign.pk])
    response = browser_of(cast.manager).post(url("item-add", cast.project), data)
    assert response.status_code == 422
    assert "Secret" not in response.content.decode()


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job for everything, three members a page, one page a slice."""
    monkeypatch.setattr(sampling_views, "PAGE", 0)
    monkeypatch.setattr(sampled, "PAGE", 3)
    monkeypatch.setattr(sampled, "CHUNK", 1)
    monkeypatch.setattr(sample_jobs, "MARKED", 3)
    monkeypatch.setattr(running, "SLICE", running.SLICE * 0)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("size", [{"size": "3"}, {"size": "40", "unit": "percent"}])
def test_a_job_draws_the_sample_that_a_page_draws(
    cast: Cast, browser_of: BrowserOf, size: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (factories.make_queue(cast.project) for _ in range(2))
    make_traces(cast, ok=9, error=7)
    client, data = browser_of(cast.manager), {"by": "status", **size}
    client.post(url("item-add", cast.project), sample(first, **data))
    job = Job.objects.get()
    factories.make_trace(cast.project, status="unset")  # arrived later
    dones = []
    while job.state == "waiting":
        run_job(str(job.pk))
        job.refresh_from_db()
        dones.append(job.done)
    assert (job.state, job.total) == ("done", 16)
    assert dones == sorted(dones)
    assert len(dones) > 4
    Trace.objects.filter(status="unset").delete()
    monkeypatch.setattr(sampling_views, "PAGE", 100)
    client.post(url("item-add", cast.project), sample(second, **data))
    assert keys_of(first) == keys_of(second)
    assert parts_of(first) == parts_of(second)
    assert job.result["added"] == first.items.count() == first.batches.get().added


@pytest.mark.usefixtures("small_steps")
def test_a_sample_whose_queue_is_archived_meanwhile_says_so(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project)
    make_traces(cast, ok=9)
    browser_of(cast.manager).post(url("item-add", cast.project), sample(queue, size="9"))
    job = Job.objects.get()
    run_job(str(job.pk))
    archive_queue(queue=queue, actor=SYSTEM)
    while job.state == "waiting":
        run_job(str(job.pk))
        job.refresh_from_db()
    assert job.state == "failed"
    assert job.failure.startswith("Nothing was added")
    assert not Item.objects.exists()
    assert not Batch.objects.exists()


def test_a_filter_that_cannot_be_asked_is_a_population_of_nothing(cast: Cast) -> None:
    make_traces(cast, ok=1)
    bad = TraceFilter.from_rows(["nonsense:is:1"])
    assert not cast.project.traces.filter(bad.condition(cast.project)).exists()
