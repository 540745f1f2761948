"""Where the answers of a round differ. Pure."""

import json
from collections.abc import Sequence

from fields.kinds import KINDS
from fields.models import Field

from ..models import Annotation, Score


def differing_fields(annotations: Sequence[Annotation]) -> list[Field]:
    """The fields on which these annotations, with their present scores, do not agree."""
    fields = {one.field_id: one.asked for each in annotations for one in each.scores.all()}
    return [
        field
        for field in fields.values()
        if differ(field, [answer_key(score_of(one, field)) for one in annotations])
    ]


def score_of(annotation: Annotation, field: Field) -> Score | None:
    return next((one for one in annotation.scores.all() if one.field_id == field.pk), None)


def answer_key(score: Score | None) -> str:
    """Equal for equal answers; no answer is one of its own."""
    return json.dumps(score.value, sort_keys=True) if score else "null"


def differ(field: Field, keys: Sequence[str]) -> bool:
    return len(set(keys)) > 1 and is_comparable(field)


def is_comparable(field: Field) -> bool:
    """Free words differ without saying anything else."""
    return KINDS[field.kind].scale is not None
