"""Lists in pages: {"items": [...], "next_cursor": ...}."""

from typing import Annotated

from django.core import signing
from ninja import Schema
from pydantic import Field

from .errors import Invalid

SALT = "annotate.api.cursor"
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
