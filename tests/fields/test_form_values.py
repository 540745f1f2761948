"""What a form posts, turned into JSON values."""

import pytest

from fields.kinds import Settings
from fields.validation import ABSENT, ValueRefused, from_form
from tests.fields.samples import EVERY, sample


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("boolean", ["false"], False),
        ("thumbs", ["down"], "down"),
        ("integer", ["0"], 0),
        ("integer", [" +12 "], 12),
        ("integer", ["12.0"], 12),
        ("number", ["-.5"], -0.5),
        ("number", ["1e3"], 1000),
        ("rating", ["4"], 4),
        ("date", ["2026-12-31"], "2026-12-31"),
        ("category", ["fair"], "fair"),
        ("categories", ["poor", "good"], ["poor", "good"]),
        ("categories", [""], []),
        ("ranking", ["poor", "good", "fair"], ["poor", "good", "fair"]),
        ("ranking", ["poor", "", "fair"], ["poor", "fair"]),
        ("text", ["0"], "0"),
    ],
)
def test_form_strings_become_json_values(kind: str, raw: list[str], value: object) -> None:
    assert from_form(kind, sample(kind), raw) == value


@pytest.mark.parametrize(("kind", "settings"), EVERY)
def test_an_untouched_control_is_an_absence(kind: str, settings: Settings) -> None:
    assert from_form(kind, settings, []) is ABSENT
    assert kind != "ranking" or from_form(kind, settings, ["", "", ""]) is ABSENT
    if kind != "categories":
        assert from_form(kind, settings, [""]) is ABSENT


@pytest.mark.parametrize(
    "text", ["12abc", "0x10", "1_000", "١٢", "1e9999", "--1", "nan", "Infinity", "1,5", "9" * 5000]
)
def test_bad_number_text_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        from_form("number", sample("number"), [text])
    assert text[:30] in str(caught.value)


def test_huge_number_text_is_refused() -> None:
    for text in ("1e400", "-1e400", "1e300", "9007199254740992"):
        with pytest.raises(ValueRefused, match="Give a number between"):
            from_form("number", sample("number"), [text])


def test_one_field_takes_one_posted_answer() -> None:
    with pytest.raises(ValueRefused, match="one answer"):
        from_form("boolean", sample("boolean"), ["true", "false"])
    with pytest.raises(ValueRefused, match=r"Answer “Yes” \(true\) or “No” \(false\)"):
        from_form("boolean", sample("boolean"), ["on"])
