"""What others do to the same traces while a person's data is erased; and what hangs on them from
outside.
"""

from collections.abc import Sequence
from uuid import UUID

import pytest

from annotate_site.errors import Busy
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Project
from queues.models import Item
from reviews.erasing import of_sender
from reviews.erasing.of_sender import Erased, erase_some
from reviews.invariants import check
from reviews.models import Score, WaitingScore
from reviews.targets import ScoreTarget
from tests import factories
from tests.conftest import Cast
from tests.reviews.scoring import by_model, score
from traces.actions.changing import Bulk, delete_traces, lock_for_deletion
from traces.models import LogEvent, Trace

from .test_of_sender import SECRET, WHO, everywhere

pytestmark = pytest.mark.django_db


@pytest.fixture
def trace(cast: Cast) -> Trace:
    return factories.make_trace(cast.project, SECRET, user_id=WHO, session_id="s 1")


def erase(project: Project) -> Erased:
    return erase_some(project=project, user_id=WHO, actor=SYSTEM, bulk=Bulk("1"))


def test_what_is_added_and_judged_until_the_traces_are_locked_is_erased_too(
    cast: Cast, trace: Trace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(project: Project, ids: Sequence[UUID]) -> list[UUID]:
        factories.add_items(factories.make_queue(project), [trace])
        score(trace, cast.manager, True, factories.make_field(project), note=SECRET)
        return lock_for_deletion(project, ids)

    monkeypatch.setattr(of_sender, "lock_for_deletion", late)
    assert erase(cast.project) == Erased(traces=1, items=1)
    assert everywhere(SECRET) == []
    item = Item.objects.get()
    assert item.is_erased
    assert item.removed_at
    assert check() == []


def test_traces_that_somebody_else_deletes_until_they_are_locked_stop_nothing(
    cast: Cast, trace: Trace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(project: Project, ids: Sequence[UUID]) -> list[UUID]:
        delete_traces(project=project, ids=ids, actor=SYSTEM, bulk=Bulk("2"))
        return lock_for_deletion(project, ids)

    monkeypatch.setattr(of_sender, "lock_for_deletion", late)
    erase(cast.project)
    assert erase(cast.project) == Erased()


def test_what_was_said_of_their_session_loses_its_texts_also_what_was_replaced(
    cast: Cast, trace: Trace
) -> None:
    session = ScoreTarget.of_session("s 1")
    for value in (0.5, 0.7):
        score(trace, by_model(), value, name="Kind", explanation=SECRET, target=session)
    factories.make_trace(cast.project, session_id="s 2")
    elsewhere = ScoreTarget.of_session("s 2")
    score(trace, by_model(), 1, name="Kind", explanation="Stays", target=elsewhere)
    erase(cast.project)
    assert everywhere(SECRET) == []
    told = Score.objects.order_by("pk").values_list("value", "explanation")
    assert list(told) == [(0.5, ""), (0.7, ""), (1, "Stays")]


def test_what_waits_for_a_span_of_their_trace_goes(cast: Cast, trace: Trace) -> None:
    token, _ = factories.make_secret_token(cast.project, cast.manager, "ingest")
    for digest, about in (("1", trace.trace_id), ("2", "another")):
        WaitingScore.objects.create(
            project=cast.project, token=token, of_trace=about, span_id="ab", digest=digest,
            said={"explanation": "Waits"},
        )  # fmt: skip
        LogEvent.objects.create(
            project=cast.project, of_trace=about, span_id="ab", digest=digest, time=1, event={}
        )
    assert erase(cast.project) == Erased(traces=1, others=2)
    assert WaitingScore.objects.get().of_trace == "another"
    assert LogEvent.objects.get().of_trace == "another"


def test_a_score_of_a_trace_that_was_deleted_meanwhile_may_be_sent_again(
    cast: Cast, trace: Trace
) -> None:
    delete_traces(project=cast.project, ids=[trace.pk], actor=SYSTEM, bulk=Bulk("1"))
    with pytest.raises(Busy):
        score(trace, by_model(), 0.5, name="Kind")
    assert not Score.objects.exists()
