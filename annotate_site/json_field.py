"""JSON as somebody sent it: a column that keeps the order of keys."""

import json
from functools import partial
from typing import Any

from django.db import models
from psycopg.types.json import Json

_DUMPS = partial(json.dumps, ensure_ascii=False)


class OrderedJSONField(models.JSONField[Any, Any]):
    """A column of PostgreSQL's type json, where models.JSONField makes jsonb, which sorts keys.

    It has no equality, so that no query can compare, group or make distinct by it. It takes text
    that jsonb refuses (U+0000, lone surrogates), so what comes here is clean before.
    """

    def db_type(self, connection: Any) -> str:
        return "json"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value  # psycopg has parsed it

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if value is None else Json(value, dumps=_DUMPS)
