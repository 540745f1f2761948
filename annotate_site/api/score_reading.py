"""Scores as programs send them, read for `put_scores`; every fault has its place in the body."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from annotate_site.projects.access import Can
from fields.models import Field
from fields.validation import ValueRefused, reported_value
from reviews.direct_scores import NewScore
from reviews.evaluations import LONGEST_TEXT, fields_by_name, is_plain
from reviews.targets import ScoreTarget, Source, SourceKind, TargetRef, find_targets

from .errors import Invalid
from .guard import ApiRequest
from .score_schemas import ScoreIn

NO_VALUE = (
    f"Without a field a value is a number, true or false, or 1 to {LONGEST_TEXT:,} characters."
)


class Fault(Exception):
    """`place` is a key of the score."""

    def __init__(self, place: str, sentence: str) -> None:
        super().__init__(sentence)
        self.place, self.sentence = place, sentence


def read_scores(request: ApiRequest, given: Sequence[ScoreIn]) -> list[NewScore]:
    """Raises Invalid with the faults of all of them."""
    project = request.access.project
    targets = find_targets(project, [_ref(one) for one in given])
    wanted = [one.field for one in given if one.field]
    fields: Mapping[UUID, Field] = project.fields.in_bulk(wanted)
    named = fields_by_name(project, {one.name for one in given if one.name})
    scores, faults = [], []
    for place, one in enumerate(given):
        try:
            field = _field(one, fields, named)
            scores.append(_score(request, one, _target(one, targets), field))
        except Fault as fault:
            faults.append((f"body.scores[{place}].{fault.place}", fault.sentence))
    if faults:
        raise Invalid(faults)
    return scores


def _score(request: ApiRequest, one: ScoreIn, target: ScoreTarget, field: Field | None) -> NewScore:
    return NewScore(
        target, _source(request, one), _value(one, field), field, "" if field else one.name or "",
        note=one.note, explanation=one.explanation, raw=one.metadata,
    )  # fmt: skip


def _ref(one: ScoreIn) -> TargetRef:
    return TargetRef(one.trace_id or "", one.span_id or "", one.session_id or "")


def _target(one: ScoreIn, targets: Mapping[TargetRef, ScoreTarget]) -> ScoreTarget:
    if bool(one.trace_id) == bool(one.session_id):
        raise Fault("trace_id", "Name either a trace or a session.")
    if one.span_id and not one.trace_id:
        raise Fault("span_id", "Name the trace of this span.")
    found = targets.get(_ref(one))
    if found is None:
        place = "session_id" if one.session_id else "span_id" if one.span_id else "trace_id"
        what = {"session_id": "session", "span_id": "span in such a trace"}.get(place, "trace")
        raise Fault(place, f"There is no such {what} in this project.")
    return found


def _field(one: ScoreIn, fields: Mapping[UUID, Field], named: Mapping[str, Field]) -> Field | None:
    if (one.field is None) == (one.name is None):
        raise Fault("field", "Name either a field by its id, or a name.")
    if one.name is not None:
        return named.get(one.name)
    found = fields.get(one.field) if one.field else None
    if found is None:
        raise Fault("field", "There is no such field in this project.")
    if found.archived_at:
        raise Fault("field", "This field is archived. Use its newest version.")
    return found


def _value(one: ScoreIn, field: Field | None) -> Any:
    if field:
        try:
            return reported_value(field.kind, field.settings, one.value)
        except ValueRefused as refused:
            raise Fault("value", str(refused)) from None
    if not is_plain(one.value):
        raise Fault("value", NO_VALUE)
    return one.value


def _source(request: ApiRequest, one: ScoreIn) -> Source:
    kind = SourceKind(one.source or ("model" if one.evaluator else "api"))
    if (kind is SourceKind.MODEL) != bool(one.evaluator):
        raise Fault("evaluator", "A model has an evaluator, and nobody else has one.")
    if one.version and not one.evaluator:
        raise Fault("version", "A version is that of an evaluator.")
    if kind is SourceKind.HUMAN and not one.identifier:
        if Can.JUDGE not in request.access:
            raise Fault(
                "identifier", "This token does not judge in its owner's name: say whose it is."
            )
        return Source(kind, annotator=request.access.user, token=request.token)
    return Source(
        kind, token=request.token, key=one.identifier, evaluator=one.evaluator, version=one.version
    )
