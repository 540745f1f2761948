"""Where a coefficient has no figure it says why, in a sentence; where it has little, a caution."""

import pytest

from annotate_site import settings
from fields.scales import Scale
from reviews.results.statistics import figures
from reviews.results.statistics.agreement import (
    agreement,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
    percent_agreement,
)
from reviews.results.statistics.figures import (
    NEARLY_ONE_ANSWER,
    NO_FIXED_ANSWERS,
    NO_PAIRS,
    ONE_ANSWER,
    WORDS_ONLY,
    Figure,
    Undefined,
)
from reviews.results.statistics.pairs import cohen_kappa
from reviews.results.statistics.ratings import Ratings, collect

from . import tables

each_scale = pytest.mark.parametrize("scale", list(Scale))


def of_rows(scale: Scale | None, *rows: str, declared: bool = True) -> Ratings:
    """An item each, its answers as digits; a point is missing."""
    answers = [
        (item, person, int(value))
        for item, row in enumerate(rows)
        for person, value in enumerate(row)
        if value != "."
    ]
    return collect(answers, scale=scale, values=range(10) if declared else None)


@each_scale
def test_one_annotator(scale: Scale) -> None:
    alone = of_rows(scale, *"1234512345")
    found = agreement(alone)
    assert {found.percent, found.alpha, found.fleiss, found.gwet} == {Undefined(NO_PAIRS)}


@each_scale
def test_no_answers(scale: Scale) -> None:
    found = agreement(of_rows(scale))
    assert {found.percent, found.alpha, found.fleiss, found.gwet} == {Undefined(NO_PAIRS)}
    assert found.dominant == 0
    assert krippendorff_alpha(collect([], scale=scale)) == Undefined(NO_PAIRS)


@each_scale
def test_one_category(scale: Scale) -> None:
    """All are the same, which is no agreement beyond chance; AC1 takes it for agreement."""
    same = of_rows(scale, *["33"] * 30)
    found = agreement(same)
    assert found.alpha == found.fleiss == Undefined(ONE_ANSWER, 30, 30)
    assert cohen_kappa(same, 0, 1) == Undefined(ONE_ANSWER, 30, 30)
    for plain in (found.percent, found.gwet):
        assert isinstance(plain, Figure)
        assert plain.value == 1
        assert "None of the 30 items is disputed" in plain.caution
        assert "up to 12% of all items could still be" in plain.caution


@each_scale
def test_nearly_one_category(scale: Scale) -> None:
    """Many a resample has none of the two items that differ, and so no figure."""
    found = agreement(of_rows(scale, *["33"] * 30, "34", "43"))
    assert found.alpha == Undefined(NEARLY_ONE_ANSWER, 32, 32)
    assert isinstance(found.percent, Figure)
    assert isinstance(found.gwet, Figure)
    assert found.one_dominates


@each_scale
def test_fewer_than_five_items(scale: Scale) -> None:
    found = krippendorff_alpha(of_rows(scale, "12", "33", "44", "4."))
    reason = "Only 3 items have answers from two people; 5 are needed for an interval."
    assert found == Undefined(reason, 3, 3)
    one = percent_agreement(of_rows(scale, "12", "3."))
    assert isinstance(one, Undefined)
    assert one.reason.startswith("Only 1 item has answers")


@each_scale
def test_numbers_of_answers_that_vary(scale: Scale) -> None:
    varying = of_rows(scale, "12.", "333", "44.", "55.", "211")
    reason = "Items have 2 to 3 answers; Fleiss’ kappa needs the same number on each."
    assert fleiss_kappa(varying) == Undefined(reason, 5, 9)
    assert isinstance(krippendorff_alpha(varying), Figure)
    one_alone = of_rows(scale, "12", "33", "44", "55", "21", "3.")
    assert isinstance(fleiss_kappa(one_alone), Undefined)


def test_two_people_without_items_in_common() -> None:
    apart = of_rows(Scale.NOMINAL, "1.1", "2.2", "3.1", ".11", ".22", ".33")
    assert cohen_kappa(apart, 0, 1) == Undefined("These two have answered no item in common.")
    found = cohen_kappa(apart, 0, 2)
    assert found == Undefined(
        "These two have 3 items in common; 5 are needed for an interval.", 3, 3
    )


def test_texts_are_compared_exactly_and_no_further() -> None:
    texts = of_rows(None, *["11", "12", "33", "34", "55", "56"], declared=False)
    found = agreement(texts)
    assert isinstance(found.percent, Figure)
    assert found.percent.value == 0.5
    assert {found.alpha, found.fleiss, found.gwet} == {Undefined(WORDS_ONLY)}
    assert cohen_kappa(texts, 0, 1) == Undefined(WORDS_ONLY, 6, 6)


def test_gwet_needs_answers_that_are_fixed() -> None:
    numbers = of_rows(Scale.INTERVAL, *["12", "33", "44", "55", "21"], declared=False)
    assert gwet_ac(numbers) == Undefined(NO_FIXED_ANSWERS)


def test_few_items_have_a_caution() -> None:
    found = krippendorff_alpha(tables.read(tables.KRIPPENDORFF, Scale.NOMINAL))
    assert isinstance(found, Figure)
    assert found.caution == "With only 11 items the interval is narrower than it should be."


def test_whoever_answers_an_item_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        collect([("a", "Ada", 1), ("a", "Ada", 2)], scale=Scale.NOMINAL)
    with pytest.raises(ValueError, match="7 is not among the answers"):
        collect([("a", "Ada", 7)], scale=Scale.NOMINAL, values=range(5))


def test_every_sentence_is_told_in_the_documents() -> None:
    told = " ".join((settings.BASE_DIR / "docs/statistics.md").read_text().split())
    constants = [text for text in vars(figures).values() if isinstance(text, str) and " " in text]
    made = [figures.too_few(3), figures.uneven(1, 3), figures.too_few_of_two(3)]
    made += [figures.narrow(11).rstrip("."), figures.too_few_of_two(0)]
    sentences = [text for text in constants if text != figures.__doc__] + made
    assert len(sentences) >= 10
    assert [text for text in sentences if text not in told] == []
    assert figures.none_differ(30).rstrip(".") in told
