"""Lists in pages: {"items": [...], "next_cursor": ...}."""

import json
from typing import Annotated, Any, TypeVar

from django.core import signing
from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field

from annotate_site.keyset import Keyset

from .errors import Invalid

T = TypeVar("T")

SALT = "annotate.api.cursor"
OLDEST = Keyset(("id",))  # ids grow
OTHER = "This cursor is not from this list. Take next_cursor as it is, with the same filter."


class PageQuery(Schema):
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: str = ""


def sign_cursor(place: str, *, of: str) -> str:
    """`of` says which list it is, so that the cursor leads on in no other."""
    return signing.dumps([of, place], salt=SALT, compress=True)


def read_cursor(cursor: str, *, of: str) -> str:
    """The place; "" for the beginning. Raises Invalid."""
    if not cursor:
        return ""
    try:
        list_of, place = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError):
        list_of, place = "", ""
    if list_of != of:
        raise Invalid([("cursor", OTHER)])
    return str(place)


def read_rows(
    rows: QuerySet[Any, T], keyset: Keyset, asked: PageQuery, *, of: str
) -> tuple[list[T], str | None]:
    """The rows of the page that is asked for, and the cursor of the next. Raises Invalid."""
    of = f"{of} by {' '.join(keyset.columns)}"
    place = read_cursor(asked.cursor, of=of)
    page = keyset.page(rows, asked.limit, after=tuple(json.loads(place)) if place else None)
    rest = json.dumps(page.after, default=str)
    return page.rows, sign_cursor(rest, of=of) if page.after else None
