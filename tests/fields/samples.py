"""Cleaned settings of every kind and arbitrary JSON, for the tests of this folder."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from fields.kinds import Settings, clean_settings

OPTIONS = [{"label": "Good"}, {"label": "Fair"}, {"label": "Poor"}]

_GIVEN: dict[str, list[dict[str, Any]]] = {
    "boolean": [{}, {"true_label": "Safe", "false_label": "Unsafe"}],
    "thumbs": [{}],
    "integer": [{}, {"min": -3, "max": 12, "unit": "errors"}],
    "number": [
        {},
        {"min": 0, "max": 1, "step": 0.1, "widget": "slider"},
        {"min": -0.25, "max": 10, "step": 0.3},
        {"step": 1e-05},
        {"max": 2.5, "step": 1 / 3},
    ],
    "rating": [{}, {"stars": 10, "low_label": "poor", "high_label": "excellent"}],
    "date": [{}, {"min": "2024-02-29", "max": "2026-12-31"}],
    "category": [{"options": OPTIONS}],
    "categories": [
        {"options": OPTIONS},
        {"options": OPTIONS, "min_choices": 0, "max_choices": 2},
    ],
    "ranking": [{"options": OPTIONS}],
    "text": [{}, {"min_length": 2, "max_length": 8, "multiline": False}],
}
SAMPLES: dict[str, list[Settings]] = {
    kind: [clean_settings(kind, settings) for settings in given] for kind, given in _GIVEN.items()
}
EVERY = [(kind, settings) for kind, given in SAMPLES.items() for settings in given]


def sample(kind: str, place: int = 0) -> Settings:
    return SAMPLES[kind][place]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from(EVERY)


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, Settings, Any]:
    """A field and a value that is likely to suit it."""
    kind, settings = draw(FIELDS)
    values = [option["value"] for option in settings.get("options", [])]
    likely: dict[str, st.SearchStrategy[Any]] = {
        "boolean": st.booleans(),
        "thumbs": st.sampled_from(["up", "down"]),
        "integer": st.integers(-5, 15) | st.integers(),
        "number": st.floats(-2, 12) | st.integers(-20, 20).map(lambda n: n / 10) | st.floats(),
        "rating": st.integers(0, 11),
        "date": (st.dates(date(2024, 1, 1)) | st.dates()).map(str)
        | st.text("0123456789-", max_size=10),
        "category": st.sampled_from(values or ["?"]),
        "categories": st.lists(st.sampled_from(values or ["?"]), unique=True),
        "ranking": st.permutations(values or ["?"]) | st.lists(st.sampled_from(values or ["?"])),
        "text": st.text(st.characters() | st.sampled_from("\r\n\x00\ud800\udc00 "), max_size=9),
    }
    return kind, settings, draw(likely[kind] | JSON)
