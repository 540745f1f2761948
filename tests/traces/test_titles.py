import pytest
from hypothesis import given
from hypothesis import strategies as st

from traces.titles import Heading, heading_of, repeated_line, shortened


@pytest.mark.parametrize(
    ("name", "line", "shown"),
    [
        ("support-chat", "My parcel is late", Heading("My parcel is late", *2 * ["support-chat"])),
        ("support-chat", "", Heading("support-chat", "empty")),
        ("q-17", '{"n": 0}', Heading("q-17", '{"n": 0}')),
        ("q-17", "[1, 2]", Heading("q-17", "[1, 2]")),
        ("The same", "The same", Heading("The same")),
        ("", "My parcel is late", Heading("My parcel is late")),
        ("", "", Heading("Untitled")),
    ],
)
def test_the_first_line_leads_and_the_name_is_small(name: str, line: str, shown: Heading) -> None:
    assert heading_of(name, line) == shown
    assert str(shown) == shown.title


def test_a_line_that_many_have_does_not_lead() -> None:
    shown = heading_of("run 7", "Judge this:", repeated="Judge this:")
    assert shown == Heading("run 7", "Judge this:")
    assert heading_of("run 7", "Judge that:", repeated="Judge this:").title == "Judge that:"
    assert heading_of("", "Judge this:", repeated="Judge this:").title == "Judge this:"


@pytest.mark.parametrize(
    ("lines", "repeated"),
    [
        ([], ""),
        (["a"], ""),
        (["a", "a"], "a"),
        (["a", "b"], ""),
        (["a", "b", "a", "c"], "a"),
        (["a", "b", "a", "c", "d"], ""),
        (["", "", "a"], ""),
    ],
)
def test_half_of_the_lines_make_a_repeated_one(lines: list[str], repeated: str) -> None:
    assert repeated_line(lines) == repeated


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one two three", "one two three"),
        ("word " * 20, "word " * 7 + "word…"),
        ("a" + " word" * 20, "a" + " word" * 7 + "…"),
        ("Say it: " + "x" * 200, "Say it: " + "x" * 31 + "…"),
        ("x" * 200, "x" * 39 + "…"),
    ],
)
def test_a_long_title_is_cut_between_words_but_keeps_a_part_of_a_long_word(
    text: str, shown: str
) -> None:
    assert shortened(text, 40) == shown


@given(st.text(max_size=300), st.integers(min_value=1, max_value=120))
def test_a_shortened_title_is_a_beginning(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= max(limit, 1)
    assert short == text or text.startswith(short.removesuffix("…"))
