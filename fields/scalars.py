"""Numbers, dates and text in their plain form, as settings and answers both need them. Pure."""

import re
from datetime import date
from fractions import Fraction
from typing import Final

from annotate_site.text import clean_line

Number = int | float

LARGEST: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly, browsers among them."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_NUMBER = 40


class ValueRefused(ValueError):
    """A value is not acceptable; the message is one sentence for the person who gave it."""


def quoted(text: str) -> str:
    """Return the text in quotation marks as a message shows it: one line, 40 characters at most."""
    line = clean_line(text[:200])
    return f"“{line}”" if len(line) <= 40 else f"“{line[:39]}…”"


def finite(value: object) -> Number:
    """Return a JSON number in canonical form: 3.0 is 3, -0.0 is 0.

    Raises ValueRefused for anything else, NaN, infinities and numbers beyond LARGEST included.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueRefused("Give a number.")
    if not abs(value) <= LARGEST:  # "not <=" also catches NaN
        raise ValueRefused(f"Give a number between -{LARGEST} and {LARGEST}.")
    return int(value) if value == int(value) else value


def whole(value: object) -> int:
    """Return a whole JSON number (3.0 counts as 3); raises ValueRefused for anything else."""
    number = finite(value)
    if isinstance(number, float):
        raise ValueRefused("Give a whole number, without a fraction.")
    return number


def parse_number(text: str) -> Number:
    """Read what a person typed: "12", "-0.5", "1e3"; raises ValueRefused naming the text."""
    plain = text.strip()
    if len(plain) > _LONGEST_NUMBER or not _NUMBER.fullmatch(plain):
        raise ValueRefused(f"{quoted(text)} is not a number.")
    return finite(int(plain) if _WHOLE.fullmatch(plain) else float(plain))


def snap(value: Number, *, step: Number, origin: Number) -> Number | None:
    """Return the point of the grid origin + n × step that the value stands for, or None.

    Digits are taken as written, so 0.3 is three steps of 0.1. What arithmetic with floats leaves
    behind (0.1 + 0.2), less than a billionth of a step, is dropped.
    """
    exact, width, start = (Fraction(str(number)) for number in (value, step, origin))
    point = start + round((exact - start) / width) * width
    nearest = int(point) if point.denominator == 1 else float(point)
    noise = width / 10**9
    if max(abs(exact - point), abs(Fraction(str(nearest)) - point)) > noise:
        return None
    return nearest


def iso_date(value: object) -> str:
    """Return a day as "2026-12-31"; raises ValueRefused for anything else."""
    if not isinstance(value, str):
        raise ValueRefused("Give a date as text, like “2026-12-31”.")
    if not _DATE.fullmatch(value):
        raise ValueRefused(f"{quoted(value)} is not a date: write it like “2026-12-31”.")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueRefused(f"There is no day {value}.") from None
