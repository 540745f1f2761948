"""What programs report as an evaluation: a name, and a figure, a word or both.

Where a field of the project has the name and takes the value, it is an answer to that field.
Otherwise nothing is made of it that nobody has defined, and nothing is lost: the score keeps the
name and the value as they came.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

from annotate_site.projects.models import Project
from fields.models import Field
from fields.validation import ValueRefused, reported_value

LONGEST_TEXT = 4000  # characters of a value that no field has judged


def fields_by_name(project: Project, names: Collection[str]) -> dict[str, Field]:
    """The project's own fields in use, by each of the names given; case makes no difference."""
    if not names:
        return {}
    known = {field.name.lower(): field for field in project.fields.offered()}
    return {name: known[name.lower()] for name in names if name.lower() in known}


def read_evaluation(field: Field | None, said: Sequence[Any]) -> tuple[Field | None, Any]:
    """The field and its value, by the first of `said` that it takes; else no field, and the first
    that is a number, a text or a boolean, None where nothing is.
    """
    if field:
        for one in said:
            try:
                return field, reported_value(field.kind, field.settings, one)
            except ValueRefused:
                continue
    return None, next((one for one in said if is_plain(one)), None)


def is_plain(value: Any) -> bool:
    """What a score without a field may say."""
    if isinstance(value, str):
        return 0 < len(value) <= LONGEST_TEXT
    return isinstance(value, (int, float)) and math.isfinite(value)
