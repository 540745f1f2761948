"""Direct scores: what counts of a source, and what becomes of what it said before."""

import pytest

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Event, User
from reviews.actions.scoring import NewScore, put_scores, withdraw_scores
from reviews.invariants import check
from reviews.models import Score
from reviews.targets import ScoreTarget, Source, TargetRef, find_targets
from tests.conftest import Cast
from tests.factories import make_field, make_trace
from traces.models import ScoreName, Trace, TraceFeedback

from .scoring import by_model, score

pytestmark = pytest.mark.django_db


@pytest.fixture
def trace(cast: Cast) -> Trace:
    return make_trace(cast.project, session_id="s 1")


def test_a_score_is_feedback_on_its_trace_at_once(cast: Cast, trace: Trace) -> None:
    field = make_field(cast.project)
    stored = score(trace, cast.manager, False, field, note="No answer at all.")
    row = TraceFeedback.objects.get()
    assert (row.score_id, row.trace, row.lineage) == (stored.id, trace, field.lineage)
    assert (row.number, row.queue_id, row.annotator, row.source_kind) == (
        0, None, cast.manager, "human",
    )  # fmt: skip
    assert check() == []


def test_the_same_again_adds_nothing_and_a_correction_supersedes(cast: Cast, trace: Trace) -> None:
    field = make_field(cast.project, "rating", settings={"stars": 5})
    first = score(trace, by_model(), 0 + 3, field, explanation="Polite.")
    again = score(trace, by_model(), 3, field, explanation="Polite.")
    assert (first.result, again.result, again.id) == ("added", "already_there", first.id)
    other = score(trace, by_model(), 4, field, explanation="Polite.")
    assert other.result == "replaced"
    assert Score.objects.get(pk=first.id).superseded_at
    assert [row.score_id for row in TraceFeedback.objects.all()] == [other.id]
    assert check() == []


@pytest.mark.parametrize("more", [{"explanation": "Because."}, {"note": "A note."}])
def test_the_same_value_with_other_words_is_a_correction(
    cast: Cast, trace: Trace, more: dict[str, str]
) -> None:
    field = make_field(cast.project)
    score(trace, by_model(), True, field)
    assert score(trace, by_model(), True, field, **more).result == "replaced"


def test_another_version_is_the_same_evaluator(cast: Cast, trace: Trace) -> None:
    field = make_field(cast.project)
    score(trace, by_model(version="1"), True, field)
    assert score(trace, by_model(version="2"), True, field).result == "replaced"
    assert Score.objects.present().get().evaluator_version == "2"


def test_people_models_and_keys_stand_beside_one_another(cast: Cast, trace: Trace) -> None:
    field = make_field(cast.project)
    sources: list[User | Source] = [
        cast.manager, cast.annotator, by_model(), by_model("other"), by_model(key="run 2"),
    ]  # fmt: skip
    assert {score(trace, one, True, field).result for one in sources} == {"added"}
    assert TraceFeedback.objects.count() == len(sources)


def test_versions_of_a_field_are_one(cast: Cast, trace: Trace) -> None:
    old = make_field(cast.project, archived_at="2026-01-01T00:00Z")
    new = make_field(cast.project, lineage=old.lineage)
    score(trace, cast.manager, True, old)
    assert score(trace, cast.manager, True, new).result == "replaced"


def test_true_is_not_one(cast: Cast, trace: Trace) -> None:
    score(trace, by_model(), True, name="ok")
    assert score(trace, by_model(), 1, name="ok").result == "replaced"


def test_a_name_without_a_field_keeps_its_value(cast: Cast, trace: Trace) -> None:
    score(trace, by_model(), 0.25, name="Hallucination")
    score(trace, by_model("other"), "none", name="hallucination", raw={"label": "none"})
    name = ScoreName.objects.get()
    rows = TraceFeedback.objects.order_by("score_id")
    assert {row.lineage for row in rows} == {name.pk}
    assert [(row.number, row.text) for row in rows] == [(0.25, None), (None, "none")]
    assert Score.objects.get(evaluator="other").raw == {"label": "none"}
    assert check() == []


def test_of_one_key_in_one_request_the_last_counts(cast: Cast, trace: Trace) -> None:
    field, target = make_field(cast.project), ScoreTarget.of_trace(trace.pk)
    scores = [NewScore(target, by_model(), value, field) for value in (True, False)]
    results = put_scores(project=cast.project, scores=scores, actor=SYSTEM)
    assert results[0] == results[1]
    assert Score.objects.get().value is False


def test_spans_and_sessions_are_targets_of_their_own(cast: Cast, trace: Trace) -> None:
    field = make_field(cast.project)
    refs = [TargetRef(trace.trace_id), TargetRef(str(trace.pk), "root"), TargetRef("", "", "s 1")]
    found = find_targets(
        cast.project, [*refs, TargetRef("nothing"), TargetRef(trace.trace_id, "x")]
    )
    assert set(found) == set(refs)
    for target in found.values():
        assert score(trace, by_model(), True, field, target=target).result == "added"
    # What is said of a session is feedback on each of its traces.
    assert TraceFeedback.objects.filter(trace=trace).count() == 3
    assert check() == []


def test_targets_of_another_project_are_not_found(cast: Cast) -> None:
    other = make_trace(cast.other_project, session_id="s 9")
    refs = [TargetRef(other.trace_id), TargetRef(str(other.pk)), TargetRef("", "", "s 9")]
    assert find_targets(cast.project, refs) == {}


def test_a_score_survives_its_trace(cast: Cast, trace: Trace) -> None:
    stored = score(trace, by_model(), True, make_field(cast.project))
    trace.delete()
    kept = Score.objects.get(pk=stored.id)
    assert (kept.trace, kept.superseded_at) == (None, None)
    assert check() == []


def test_withdrawn_scores_count_no_more(cast: Cast, trace: Trace) -> None:
    stored = score(trace, by_model(), True, make_field(cast.project))
    ids = [stored.id, 10**9]
    assert withdraw_scores(project=cast.other_project, ids=ids, actor=SYSTEM) == 0
    assert withdraw_scores(project=cast.project, ids=ids, actor=SYSTEM) == 1
    assert withdraw_scores(project=cast.project, ids=ids, actor=SYSTEM) == 0
    assert not TraceFeedback.objects.exists()
    assert check() == []


def test_an_event_names_the_field_and_never_the_value(cast: Cast, trace: Trace) -> None:
    field = make_field(cast.project, "text", name="Reason")
    stored = score(trace, cast.manager, "secret words", field, note="secret words")
    event = Event.objects.get(object_type="score")
    assert (event.object_id, event.actor, event.to_value) == (str(stored.id), cast.manager, "given")
    assert event.reason.startswith("Reason, trace")
    assert "secret" not in str(vars(event))
