"""Judging on a trace's page: what is stored, what is shown, and to whom."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import User
from fields.models import Field
from queues.errors import NothingToClaim
from queues.models import ItemOpened, Queue, TraceOpened
from reviews.invariants import check
from reviews.models import Score, Target
from reviews.targets import ScoreTarget
from tests.conftest import Cast
from tests.factories import add_items, join, make_field, make_queue, make_trace, make_user
from traces.models import Trace

from .scoring import by_model, score
from .working import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def trace(cast: Cast) -> Trace:
    return make_trace(cast.project, session_id="s 1")


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast.project, "rating", name="Helpful", settings={"stars": 5})


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(trace: Trace, name: str = "trace-judge", query: str = "") -> str:
    return reverse(f"judging:{name}", args=[trace.project.slug, trace.pk]) + query


def send(user: User, trace: Trace, query: str = "", **data: Any) -> Any:
    return as_user(user).post(page(trace, query=query), data)


def read(user: User, trace: Trace) -> str:
    return as_user(user).get(page(trace, "trace-judgments")).content.decode()


def do(queue: Queue, user: User, words: str) -> None:
    worker = Worker(queue, user)
    worker.submit(worker.claim(), words)


def answer(field: Field, value: Any, note: str = "") -> dict[str, Any]:
    return {"field": field.pk, "shown": field.pk, f"f-{field.pk}": value, f"n-{field.pk}": note}


def test_every_chosen_field_is_stored_at_once(cast: Cast, trace: Trace, field: Field) -> None:
    yes = make_field(cast.project)
    body = answer(field, "0", "No.") | {f"f-{yes.pk}": "false", "field": [field.pk, yes.pk]}
    refused = send(cast.manager, trace, **body)
    assert refused.status_code == 422
    assert "Nothing is lost" in refused.content.decode()
    assert not Score.objects.exists()
    response = send(cast.manager, trace, **body | {f"f-{field.pk}": "2"})
    assert response.url == reverse("traces:trace-detail", args=[cast.project.slug, trace.pk])
    stored = Score.objects.order_by("pk").values_list("value", "note", "annotator", "source_kind")
    assert list(stored) == [
        (2, "No.", cast.manager.pk, "human"),
        (False, "", cast.manager.pk, "human"),
    ]
    assert check() == []


def test_the_form_shows_ones_own_answers_and_what_is_emptied_is_withdrawn(
    cast: Cast, trace: Trace, field: Field
) -> None:
    send(cast.manager, trace, **answer(field, "4", "Short."))
    shown = as_user(cast.manager).get(page(trace)).content.decode()
    assert "Short." in shown
    send(cast.manager, trace, **answer(field, ""))
    assert not Score.objects.present().exists()
    assert Score.objects.count() == 1
    assert check() == []


def test_other_fields_keep_their_answers(cast: Cast, trace: Trace, field: Field) -> None:
    other = make_field(cast.project)
    send(cast.manager, trace, **answer(field, "4"))
    send(cast.manager, trace, **answer(other, "true"))
    assert Score.objects.present().count() == 2


def test_choosing_fields_loses_nothing_that_was_typed(
    cast: Cast, trace: Trace, field: Field
) -> None:
    other = make_field(cast.project, "text", name="Why")
    body = answer(field, "9", "typed words") | {"field": [field.pk, other.pk], "choose": "1"}
    shown = send(cast.manager, trace, **body)
    assert shown.status_code == 200
    assert "typed words" in shown.content.decode()
    assert f'name="f-{other.pk}"' in shown.content.decode()
    assert not Score.objects.exists()


def test_a_span_is_judged_by_itself(cast: Cast, trace: Trace, field: Field) -> None:
    response = send(cast.manager, trace, "?span=root", **answer(field, "4"))
    assert response.url.endswith("?span=root")
    stored = Score.objects.get()
    assert (stored.target_kind, stored.target_key) == (Target.SPAN, f"{trace.pk}/root")
    assert "Span root" in read(cast.manager, trace)
    assert send(cast.manager, trace, "?span=nothing", **answer(field, "4")).status_code == 404
    assert send(cast.manager, trace, "?span=%00", **answer(field, "4")).status_code == 404


def test_fields_of_others_and_words_that_are_no_ids_are_not_asked(cast: Cast, trace: Trace) -> None:
    other = make_field(cast.other_project, "text")
    body = answer(other, "Hello") | {"field": [other.pk, "no id"]}
    assert send(cast.manager, trace, **body).status_code == 302
    assert not Score.objects.exists()


def test_the_block_says_what_by_whom_in_which_queue(cast: Cast, trace: Trace) -> None:
    field = make_field(cast.project, "text", name="Reason")
    queue = make_queue(cast.project, fields=[field], annotators=[cast.annotator], name="Tone check")
    add_items(queue, [trace])
    do(queue, cast.annotator, "too curt")
    score(trace, by_model("judge-4o", "7"), 0.5, name="Faithful", explanation="Cites a source.")
    shown = read(cast.viewer, trace)
    for word in ("Reason", "too curt", cast.annotator.name, "Tone check", "Faithful", "0.5",
                 "judge-4o", "Model 7", "Cites a source."):  # fmt: skip
        assert word in shown
    assert shown.count(f"/items/{queue.items.get().pk}/") == 1  # with all answers, once
    assert ItemOpened.objects.filter(user=cast.viewer, item__queue=queue).exists()
    assert not TraceOpened.objects.exists()


def test_answers_of_items_that_are_not_completed_are_not_shown(cast: Cast, trace: Trace) -> None:
    field = make_field(cast.project, "text")
    people = [cast.annotator, cast.second]
    queue = make_queue(cast.project, fields=[field], annotators=people, annotations_required=2)
    add_items(queue, [trace])
    do(queue, cast.annotator, "secretword")
    assert "secretword" not in read(cast.manager, trace)
    assert not ItemOpened.objects.exists()


def test_reading_anothers_judgment_bars_from_the_trace_s_items(
    cast: Cast, trace: Trace, field: Field
) -> None:
    score(trace, cast.manager, 3, field)
    read(cast.manager, trace)
    assert not TraceOpened.objects.exists()  # one's own opens nothing
    reader = make_user("Ines Duarte")
    join(cast.project, reader, "manager")
    read(reader, trace)
    queue = make_queue(cast.project, annotators=[reader])
    item = add_items(queue, [trace])[0]
    assert ItemOpened.objects.filter(item=item, user=reader).exists()
    with pytest.raises(NothingToClaim):
        Worker(queue, reader).claim()


def test_who_annotates_the_trace_does_not_see_what_others_judged_until_it_is_completed(
    cast: Cast, trace: Trace, field: Field
) -> None:
    both = make_user("Ines Duarte")
    join(cast.project, both, "manager")
    secret = make_field(cast.project, "text", name="Verdict")
    score(trace, cast.manager, "secretword", secret)
    score(trace, by_model(), 1, field)
    asked = make_field(cast.project, "text")
    queue = make_queue(cast.project, fields=[asked], annotators=[both])
    add_items(queue, [trace])
    shown = read(both, trace)
    assert "secretword" not in shown
    assert "You annotate this trace" in shown
    assert "judge" in shown  # a model's score is no answer of a person
    assert not TraceOpened.objects.exists()
    do(queue, both, "Mine")
    assert "secretword" in read(both, trace)
    assert TraceOpened.objects.get().user == both


def test_what_was_judged_of_a_session_is_hidden_on_each_of_its_traces_from_who_annotates_one(
    cast: Cast, trace: Trace
) -> None:
    both = make_user("Ines Duarte")
    join(cast.project, both, "manager")
    secret = make_field(cast.project, "text", name="Verdict")
    score(trace, cast.manager, "secretword", secret, target=ScoreTarget.of_session("s 1"))
    queue = make_queue(cast.project, annotators=[both])
    add_items(queue, [make_trace(cast.project, session_id="s 1")])
    shown = read(both, trace)
    assert "secretword" not in shown
    assert "You annotate another trace of this session" in shown
    assert not TraceOpened.objects.exists()
    do(queue, both, "true")
    assert "secretword" in read(both, trace)


def test_what_a_machine_said_of_the_session_can_be_withdrawn_on_its_trace(
    cast: Cast, trace: Trace, field: Field
) -> None:
    one = score(trace, by_model(), 3, field, target=ScoreTarget.of_session("s 1")).id
    assert "Withdraw" in read(cast.manager, trace)
    elsewhere = make_trace(cast.project, session_id="s 2")
    for about, status in ((elsewhere, 404), (trace, 302)):
        address = reverse("judging:judgment-withdraw", args=[cast.project.slug, about.pk, one])
        assert as_user(cast.manager).post(address).status_code == status
    assert not Score.objects.present().exists()


def test_ones_own_and_a_machine_s_can_be_withdrawn_and_no_others(
    cast: Cast, trace: Trace, field: Field
) -> None:
    other = make_user("Ines Duarte")
    join(cast.project, other, "manager")
    own, machine, theirs = (
        score(trace, by, 3, field).id for by in (cast.manager, by_model(), other)
    )  # fmt: skip
    for pk, status in ((own, 302), (own, 404), (machine, 302), (theirs, 404)):
        address = reverse("judging:judgment-withdraw", args=[cast.project.slug, trace.pk, pk])
        assert as_user(cast.manager).post(address).status_code == status
    assert Score.objects.present().get().pk == theirs


def test_scripts_in_what_a_model_says_are_text(cast: Cast, trace: Trace) -> None:
    bad = "<script>alert(1)</script>"
    source = by_model(bad, bad)
    score(trace, source, bad, name=bad, explanation=bad, note=bad)
    assert bad not in read(cast.manager, trace)
