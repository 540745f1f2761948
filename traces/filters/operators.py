"""What a condition asks of a column, and how that is asked of the database."""

from typing import Any

from django.db import models
from django.db.models import Q


class Operator(models.TextChoices):
    IS = "is", "is"
    IS_NOT = "is_not", "is not"
    CONTAINS = "contains", "contains"
    STARTS_WITH = "starts_with", "starts with"
    LT = "lt", "<"
    LTE = "lte", "≤"
    GT = "gt", ">"
    GTE = "gte", "≥"
    BETWEEN = "between", "between"
    LAST = "last", "in the last"
    IS_EMPTY = "is_empty", "is empty"
    IS_NOT_EMPTY = "is_not_empty", "is not empty"


WITHOUT_VALUE = frozenset({Operator.IS_EMPTY, Operator.IS_NOT_EMPTY})
LOOKUPS = {
    Operator.IS: "exact",
    Operator.CONTAINS: "icontains",
    Operator.STARTS_WITH: "istartswith",
    Operator.LT: "lt",
    Operator.LTE: "lte",
    Operator.GT: "gt",
    Operator.GTE: "gte",
    Operator.BETWEEN: "range",
    Operator.LAST: "gte",
}


def compare(path: str, operator: Operator, value: Any) -> Q:
    """The column at `path` compared; `path` is never a request's word.

    IS_NOT is all that IS leaves, so also a row that has nothing there.
    """
    if operator is Operator.IS_NOT:
        return ~Q((path, value))
    return Q((f"{path}__{LOOKUPS[operator]}", value))
