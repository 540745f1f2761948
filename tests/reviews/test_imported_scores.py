"""Evaluations in the exports of other products become scores, once however often they come."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from reviews.invariants import check
from reviews.models import Score, WaitingScore
from tests import factories
from tests.conftest import Cast
from tests.traces.test_export_files import PHOENIX, call, of_v3
from tests.traces.test_exported_judgments import LANGFUSE, OF_WEAVE, RUN
from tests.traces.test_inspect_logs import LOG, sample
from traces.actions.receiving import read_batch, receive_traces
from traces.actions.uploading import receive_upload
from traces.models import TraceFeedback

from .test_waiting_scores import carrier, upload

pytestmark = pytest.mark.django_db
WEAVE = call(summary={"weave": {"feedback": OF_WEAVE}})
JUDGED = of_v3()
JUDGED["info"]["assessments"] = [
    {"assessment_name": "helpful", "feedback": {"value": True}, "source": {"source_type": "HUMAN"}}
]
EXPORTS: dict[str, tuple[Any, int]] = {
    "langfuse": ([LANGFUSE], 3), "langsmith": ([RUN], 3), "phoenix": ([PHOENIX], 1),
    "mlflow": ([JUDGED], 1), "inspect": ({**LOG, "samples": [sample()]}, 1), "weave": ([WEAVE], 6),
}  # fmt: skip


@pytest.mark.parametrize("product", sorted(EXPORTS))
def test_the_same_file_twice_adds_no_score_twice(cast: Cast, product: str) -> None:
    content, number = EXPORTS[product]
    assert upload(cast, content)["added"] == 1
    assert Score.objects.count() == number
    assert upload(cast, content) == {"added": 0, "already_there": 1, "refused": 0}
    assert (Score.objects.count(), Score.objects.present().count()) == (number, number)
    assert Event.objects.filter(object_type="score").count() == number
    assert not WaitingScore.objects.exists()
    assert check() == []


def test_each_is_human_program_or_model_by_what_the_file_says(cast: Cast) -> None:
    upload(cast, [LANGFUSE])
    trace = cast.project.traces.get()
    scores = {str(one.named): one for one in Score.objects.select_related("named")}
    assert {name: (one.source_kind, one.source_key) for name, one in scores.items()} == {
        "Helpful": ("model", ""), "Right": ("human", "mei"), "Tone": ("api", "langfuse"),
    }  # fmt: skip
    helpful = scores["Helpful"]
    assert (helpful.evaluator, helpful.explanation, helpful.value) == (
        "Helpful", "It helps.", 0.5,
    )  # fmt: skip
    assert helpful.raw == LANGFUSE["scores"][0]
    assert {one.annotator for one in scores.values()} == {None}
    assert scores["Right"].target_key == f"{trace.pk}/o-1"
    assert TraceFeedback.objects.filter(trace=trace).exists()


def test_a_field_of_that_name_takes_the_value_that_fits(cast: Cast) -> None:
    field = factories.make_field(cast.project, name="match")
    upload(cast, {**LOG, "samples": [sample()]})
    score = Score.objects.get()
    assert (score.field, score.value, score.source_kind) == (field, True, "model")


def test_a_score_added_or_changed_since_the_first_export_comes_with_the_next(cast: Cast) -> None:
    later = deepcopy(LANGFUSE)
    later["scores"][0]["value"] = 0.75
    later["scores"].append({"name": "New", "value": 1, "source": "API"})
    upload(cast, [LANGFUSE])
    assert upload(cast, [later])["added"] == 1
    values = {str(one.named): one.value for one in Score.objects.present()}
    assert values == {"Helpful": 0.75, "Right": True, "Tone": "curt", "New": 1}
    assert cast.project.traces.count() == 1


def test_programs_send_them_with_their_token(cast: Cast) -> None:
    token, secret = factories.make_secret_token(cast.project, cast.manager, "ingest")
    address = f"/api/v1/projects/{cast.project.slug}/traces"
    for result in ("added", "already_there"):
        answer = Client().post(
            address, json.dumps([LANGFUSE]), "application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip
        assert answer.json()[result] == 1, answer.content
    assert set(Score.objects.values_list("token", flat=True)) == {token.pk}


def test_rows_whose_spans_come_later_wait_for_them(cast: Cast) -> None:
    [observation] = LANGFUSE["observations"]
    rows = read_batch(json.dumps([{**LANGFUSE, "observations": []}]).encode())
    receive_traces(project=cast.project, rows=rows, actor=SYSTEM)
    assert (Score.objects.count(), WaitingScore.objects.count()) == (2, 1)
    upload(cast, [observation])
    assert (Score.objects.count(), WaitingScore.objects.count()) == (3, 0)


def test_the_page_says_beforehand_that_evaluations_become_scores(
    cast: Cast, browser_of: Callable[[User], Client]
) -> None:
    def page(content: Any) -> str:
        file = ContentFile(json.dumps(content).encode())
        given = receive_upload(project=cast.project, by=cast.manager, file=file, filename="a.json")
        address = reverse("traces:upload-detail", args=[cast.project.slug, given.pk])
        return " ".join(browser_of(cast.manager).get(address).content.decode().split())

    assert "3 evaluations in it become scores." in page([LANGFUSE])
    assert "1 evaluation in it becomes a score." in page([PHOENIX])
    alone = page(carrier())
    assert "1 evaluation in it becomes a score." in alone
    assert ">Import</button>" in alone
