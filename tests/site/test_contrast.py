"""Every pair of ink and paper reaches WCAG AA, in light and in dark, as the tokens stand."""

import math
import re
from itertools import product

import pytest
from django.conf import settings

TOKENS = (settings.BASE_DIR / "static/css/tokens.css").read_text()
NUMBER = r"([\d.]+)"
COLOUR = rf"oklch\({NUMBER} {NUMBER} {NUMBER}\)"
PAIR = re.compile(rf"--([\w-]+): light-dark\(\s*{COLOUR},\s*{COLOUR}\s*\)")
PAPERS = ("paper-0", "paper-1", "paper-2")
WASHES = ("accent-wash", "attention-wash", "wrong-wash")
TEXT = ("ink-0", "ink-1", "ink-2", "accent", "calm", "attention", "wrong")
NAMES = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "grey")
HUES = [f"hue-{name}" for name in NAMES]
SHAPES = ["ink-3", *HUES, *(f"role-{r}" for r in ("system", "user", "assistant", "tool"))]


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """Relative luminance of an OKLCH colour, by the matrices of CSS Color 4."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long, medium, short = (
        (lightness + x * a + y * b) ** 3
        for x, y in (
            (0.3963377774, 0.2158037573),
            (-0.1055613458, -0.0638541728),
            (-0.0894841775, -1.2914855480),
        )
    )
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    shown = (min(max(part, 0.0), 1.0) for part in (red, green, blue))
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), shown, strict=True))


def palette(theme: int) -> dict[str, float]:
    """Luminance by token; theme 0 is light, 1 is dark."""
    found = {}
    for name, *numbers in PAIR.findall(TOKENS):
        light = [float(number) for number in numbers]
        found[name] = luminance(*light[3 * theme : 3 * theme + 3])
    return found


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_reaches_aa_on_every_paper(theme: int) -> None:
    colours = palette(theme)
    pairs = [
        *product(TEXT, PAPERS),
        *product(("ink-0", "ink-1", "ink-2", "accent"), WASHES),
        ("wrong", "wrong-wash"),
        ("accent-ink", "accent"),
        ("accent-ink", "accent-strong"),
    ]
    short = [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5]
    assert short == []


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_dots_rules_and_edges_reach_three_to_one(theme: int) -> None:
    colours = palette(theme)
    pairs = product(SHAPES, PAPERS)
    assert [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 3] == []


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast(luminance(0, 0, 0), luminance(1, 0, 0)) == pytest.approx(21, abs=0.01)
