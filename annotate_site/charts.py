"""Where the parts of a small drawing stand, in units of its own: pages draw it as SVG.

Each drawing has a table or a sentence beside it that tells the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """A rectangle, its foot on the drawing's lower edge."""

    x: int
    y: float
    width: int
    height: float


def bars(
    values: Sequence[float], *, height: int, width: int = 6, gap: int = 2, least: float = 1
) -> list[Bar]:
    """As high as each is of the highest; one of nothing is a line of `least` units."""
    most = max(values, default=0) or 1
    heights = [max(least, round(value / most * height, 2)) for value in values]
    return [
        Bar(place * (width + gap), round(height - tall, 2), width, tall)
        for place, tall in enumerate(heights)
    ]


def steps(values: Sequence[float], *, width: int, height: int, most: float) -> str:
    """The path of an area under a line that holds each value for an equal part of the width."""
    if not values or not most:
        return ""
    part = width / len(values)
    path = [f"M0 {height}"]
    for place, value in enumerate(values):
        path.append(f"V{height - value / most * height:.1f}H{(place + 1) * part:.1f}")
    return "".join([*path, f"V{height}Z"])
