"""Numbers and ids that a browser sends: what no page of ours can have sent is not found."""

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404

INTEGER = 2**31 - 1  # the largest of PostgreSQL's integer
ROW_ID = 2**63 - 1  # and of its bigint


def whole_number(text: str | None, *, most: int = INTEGER) -> int | None:
    """A number from 0 to `most`, in plain decimals; None for any other text."""
    text = text or ""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None


def read_number(data: Mapping[str, str], name: str, *, most: int = INTEGER) -> int:
    """Raises Http404."""
    number = whole_number(data.get(name), most=most)
    if number is None:
        raise Http404
    return number


def read_uuid(data: Mapping[str, str], name: str) -> UUID:
    """Raises Http404."""
    try:
        return UUID(data.get(name, ""))
    except ValueError:
        raise Http404 from None
