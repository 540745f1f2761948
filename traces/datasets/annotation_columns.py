"""The annotations of a version as columns of a table: their names, and what type each has."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import NamedTuple

from annotate_site import sql

from .models import DatasetVersion

# In the order in which rows give them.
FOUND = r"""
select a.key, array_agg(distinct json_typeof(a.value)) as types,
       bool_and(json_typeof(a.value) <> 'number' or a.value::text ~ '^-?\d{1,18}$') as is_whole,
       bool_and(json_typeof(a.value) <> 'array' or a.value::text ~
                '^\[\s*("([^"\\]|\\.)*"(\s*,\s*"([^"\\]|\\.)*")*)?\s*\]$') as is_texts
  from traces_datasetplace p join traces_datasetrow r on r.id = p.row_id
 cross join lateral json_each(r.annotations) with ordinality as a (key, value, n)
 where p.version_id = %s
 group by a.key order by min(p.place), min(a.n)
"""


class Found(NamedTuple):
    key: str
    types: list[str]
    is_whole: bool
    is_texts: bool


class ColumnType(StrEnum):
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    TEXTS = "texts"
    JSON = "json"  # values of several types, as JSON text


@dataclass(frozen=True)
class AnnotationColumn:
    """`key`: in the rows' annotations; `heading`: in the file, where each stands once."""

    key: str
    heading: str
    type: ColumnType


def annotation_columns(
    version: DatasetVersion, *, taken: Collection[str]
) -> list[AnnotationColumn]:
    """`taken`: names that columns beside these have."""
    names, columns = set(taken), []
    for found in sql.rows(FOUND, [version.pk], into=Found):
        wanted = (f"{found.key} ({n})" if n > 1 else found.key for n in count(1))
        heading = next(name for name in wanted if name not in names)
        names.add(heading)
        columns.append(AnnotationColumn(found.key, heading, _type_of(found)))
    return columns


def _type_of(found: Found) -> ColumnType:
    types = set(found.types) - {"null"}
    if types == {"boolean"}:
        return ColumnType.BOOLEAN
    if types == {"number"}:
        return ColumnType.INTEGER if found.is_whole else ColumnType.NUMBER
    if types == {"array"} and found.is_texts:
        return ColumnType.TEXTS
    return ColumnType.TEXT if types <= {"string"} else ColumnType.JSON
