"""No response shows what is not for its reader; and the search for it can fail."""

from collections.abc import Callable
from itertools import product

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from reviews.models import Annotation, Review, Score

from . import canaries
from .asking import Asker
from .requests import workspace_body
from .reviewed import OPENED
from .table import INSIDERS, ITEM, QUEUE, TABLE, TRACES
from .world import COMPLETED, DRAFTED, FREE, HELD, OPEN, SKIPPED, World

READERS = (*INSIDERS, "owner")


EXTRAS = ["rounds", "decisions", "remarks", "skips"]


def exports(world: World, actor: str) -> str:
    """Every export of the queue, in one text; fails where one leaks."""
    asker, texts = Asker(world, actor), ""
    for shape, format in product(("long", "wide"), ("jsonl", "csv")):
        url = f"/p/{world.project.slug}/annotate/queues/{world.here.queue.pk}/export/"
        told = asker.ask("POST", url, {"shape": shape, "format": format, "with": EXTRAS})
        assert told.leaks == []
        texts += told.body
    return texts


@pytest.mark.parametrize("actor", READERS)
def test_no_fragment_leaks(world: World, actor: str) -> None:
    asker = Asker(world, actor)
    leaking = [
        f"{method} /{route}: {told}"
        for route, method in product(TABLE, ("GET", "POST"))
        if (told := asker.route(route, method, htmx=True, counts=False)).leaks
    ]
    assert not leaking, "\n".join(leaking)


@pytest.mark.parametrize("method", ["GET", pytest.param("POST", marks=pytest.mark.soak)])
@pytest.mark.parametrize("actor", READERS)
def test_no_page_of_any_item_leaks(world: World, actor: str, method: str) -> None:
    """What a POST answers about one item is above, and in test_matrix.py."""
    asker = Asker(world, actor)
    routes = [route for route in TABLE if route.startswith(ITEM)]
    items = [(place.queue, item) for place in (world.here, world.reviewed) for item in place.items]
    leaking = [
        f"{method} /{route} of item {item.seq} of {queue.name}: {told}"
        for route, (queue, item) in product(routes, items)
        if (
            told := asker.route(
                route, method, ids={"queue": queue.pk, "item": item.pk}, counts=False
            )
        ).leaks
    ]
    assert not leaking, "\n".join(leaking)


@pytest.mark.parametrize("actor", READERS)
def test_no_page_of_a_queue_with_reviews_leaks(world: World, actor: str) -> None:
    asker, ids = Asker(world, actor), {"queue": world.reviewed.queue.pk}
    routes = [one for one in TABLE if one.startswith(QUEUE) and not one.startswith(ITEM)]
    leaking = [
        f"{method} /{route}: {told}"
        for route, method, htmx in product(routes, ("GET", "POST"), (False, True))
        if (told := asker.route(route, method, ids=ids, htmx=htmx, counts=False)).leaks
    ]
    assert not leaking, "\n".join(leaking)


def test_what_a_reviewer_reads_is_there_to_be_found(world: World) -> None:
    desk = {**world.reviewed.ids(OPENED)}
    page = Asker(world, "reviewer").route(f"{ITEM}review/", "GET", ids=desk).body
    assert canaries.WAITING_ANSWER in page
    assert canaries.REVIEW_DRAFT in page
    history = Asker(world, "manager").route(
        f"{ITEM}history/", "GET", ids={"item": world.here.items[SKIPPED].pk}
    )
    assert canaries.SKIP_REASON in history.body


@pytest.mark.parametrize("number", [OPEN, DRAFTED, SKIPPED, COMPLETED, HELD, FREE])
def test_an_annotator_at_work_on_any_item_learns_nothing_of_others(
    world: World, number: int
) -> None:
    """Picks, opens, saves, is refused, submits, goes on, looks back."""
    asker = Asker(world, "annotator")
    root = f"/p/{world.project.slug}/annotate/queues/{world.here.queue.pk}/"
    item = f"{root}items/{world.here.items[number].pk}/"
    body = workspace_body(world)
    with transaction.atomic():
        told = [
            asker.send("POST", f"{item}pick/"),
            asker.send("GET", f"{root}workspace/"),
            *(asker.send("POST", f"{item}{verb}/", body) for verb in ("draft", "draft")),
            asker.send("POST", f"{item}submit/", body | {"version": "7"}, htmx=True),
            asker.send("POST", f"{item}submit/", body, htmx=True),
            asker.send("POST", f"{item}skip/", body, htmx=True),
            asker.send("POST", f"{root}workspace/", htmx=True),
            *(asker.send("GET", f"{root}{page}") for page in ("", "mine/", "progress/")),
            asker.send("GET", f"{root}workspace/past/", htmx=True),
            asker.send("GET", "/signed-in/"),
            *(asker.send("GET", f"{item}{page}") for page in ("history/", "correct/", "time/")),
            asker.send("GET", "/"),
        ]
        transaction.set_rollback(True)
    assert [one for one in told if one.leaks] == []


def test_one_who_annotates_exports_the_answers_of_completed_items_alone(world: World) -> None:
    text = exports(world, "owner")
    assert canaries.DONE_ANSWER in text
    assert canaries.OPEN_ANSWER not in text


def test_every_canary_is_alive_where_it_may_be(world: World) -> None:
    """Else the searches above would find nothing because there is nothing."""
    text = exports(world, "manager")
    for word in (
        canaries.OPEN_ANSWER, canaries.OPEN_NOTE, canaries.DONE_ANSWER, canaries.DONE_NOTE,
        canaries.SKIP_REASON, canaries.SECOND_NAME, canaries.SECOND_EMAIL,
    ):  # fmt: skip
        assert word in text
    drafts = Annotation.objects.filter(item=world.here.items[DRAFTED], state="draft")
    assert canaries.DRAFT in str(drafts.get().draft)
    assert Review.objects.get(item=world.here.items[OPEN]).remark == canaries.REMARK
    assert canaries.TRACE in Asker(world, "viewer").route(ITEM, "GET").body
    assert (
        canaries.OTHER_TRACE
        in Asker(world, "other_manager").ask("GET", f"/p/{world.other_project.slug}/traces/").body
    )


def leaking(make: Callable[[str], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that sends everybody the first answer it finds."""

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponseBase:
        return make(str(Score.objects.exclude(item=None).earliest("pk").value))

    return view


def header(answer: str) -> HttpResponseBase:
    return HttpResponse(headers={"HX-Trigger": answer})


urlpatterns = [
    path("page/", leaking(lambda answer: HttpResponse(f"<p>{answer}</p>"))),
    path("refused/", leaking(lambda answer: HttpResponse(answer, status=404))),
    path("json/", leaking(lambda answer: JsonResponse({"answer": answer}))),
    path("export/", leaking(lambda answer: StreamingHttpResponse([answer[:4], answer[4:]]))),
    path("header/", leaking(header)),
]


@pytest.mark.urls(__name__)
def test_a_response_that_leaks_is_caught(world: World) -> None:
    for actor, method, view in product(READERS, ("GET", "POST"), urlpatterns):
        told = Asker(world, actor).ask(method, f"/{view.pattern}")
        assert told.leaks == ([] if actor == "manager" else [canaries.OPEN_ANSWER]), view


def test_who_annotates_a_trace_reads_no_direct_judgment_of_it(world: World) -> None:
    route = f"{TRACES}<uuid:trace>/judgments/"
    found = {
        actor: canaries.DIRECT_ANSWER in Asker(world, actor).route(route, "GET").body
        for actor in ("manager", "viewer", "owner")
    }
    assert found == {"manager": True, "viewer": True, "owner": False}


def test_answers_are_seen_where_people_look_by_those_who_may(world: World) -> None:
    """On an item's page, in the list of items, and in a column of the list of traces."""

    def readers(route: str, word: str, **ids: object) -> set[str]:
        told = {name: Asker(world, name).route(route, "GET", ids=ids) for name in READERS}
        return {name for name, one in told.items() if word in one.body}

    done, begun = (world.here.items[number].pk for number in (COMPLETED, OPEN))
    everyone = {"manager", "viewer", "owner"}
    assert readers(ITEM, canaries.DONE_ANSWER, item=done) == everyone
    assert readers(ITEM, canaries.DONE_NOTE, item=done) == everyone
    assert readers(ITEM, canaries.OPEN_ANSWER, item=begun) == {"manager"}
    assert readers(QUEUE, canaries.DONE_ANSWER) == everyone
    assert readers(QUEUE, canaries.OPEN_ANSWER) == set()
    assert readers(QUEUE, canaries.FINAL_ANSWER, queue=world.reviewed.queue.pk) == everyone
    assert readers(TRACES, canaries.DONE_ANSWER) == everyone
    assert readers(TRACES, canaries.OPEN_ANSWER) == set()
    assert readers(TRACES, canaries.DIRECT_ANSWER) == {"manager", "viewer"}
