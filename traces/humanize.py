"""Figures of traces in words."""

from decimal import Decimal

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000


def duration(milliseconds: int | None) -> str:
    """ "820 ms", "3.4 s", "2 min 5 s", "1 h 4 min", "8 d 3 h"; "" for none."""
    if milliseconds is None:
        return ""
    if milliseconds < SECOND:
        return f"{milliseconds} ms"
    if milliseconds < MINUTE:
        return f"{milliseconds // 100 / 10:.1f} s"
    if milliseconds < HOUR:
        return f"{milliseconds // MINUTE} min {milliseconds % MINUTE // SECOND} s"
    if milliseconds < 2 * DAY:
        return f"{milliseconds // HOUR} h {milliseconds % HOUR // MINUTE} min"
    return f"{milliseconds // DAY:,} d {milliseconds % DAY // HOUR} h"


def amount(value: Decimal | None) -> str:
    """A cost without the zeros that its column adds; "" for none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
