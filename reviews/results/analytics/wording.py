"""Figures in words: for the page, and for its tables as files. Pure."""

from ..consensus import Basis
from ..statistics.agreement import Agreement
from ..statistics.figures import Coefficient, Figure, Undefined
from .figures import ALIKE, ONE_ANSWER

CONSENSUS = {
    ALIKE: "All answers the same",
    Basis.MAJORITY: "More than half answered the same",
    Basis.MEDIAN: "Answers differ; their median is taken",
    Basis.TIE: "Tie: no answer has more than half",
    Basis.RESOLUTION: "Final value by a reviewer",
    ONE_ANSWER: "Only one answer",
}
"""By basis, in the order in which they are told."""


def decimals(value: float) -> str:
    """Two, with a real minus."""
    return f"{value + 0:.2f}".replace("-0.00", "0.00").replace("-", "−")


def percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def with_interval(one: Coefficient, *, share: bool = False) -> str:
    """ "0.62, between 0.41 and 0.79"; "" where there is no figure."""
    if isinstance(one, Undefined):
        return ""
    show = percent if share else decimals
    return f"{show(one.value)}, between {show(one.low)} and {show(one.high)}"


def reason(one: Coefficient) -> str:
    """Why there is no figure, or what to be careful of; else ""."""
    return one.caution if isinstance(one, Figure) else one.reason


def coefficients_of(one: Agreement) -> list[tuple[str, Coefficient, str]]:
    """(name, figure, what it says), the plainest first."""
    found = [
        ("Same answer", one.percent, "Pairs of answers to an item that are equal. Chance counts."),
        (
            "Krippendorff’s alpha", one.alpha,
            "Agreement beyond chance, answers may be missing. 1 is full agreement, 0 is chance.",
        ),
        (
            "Fleiss’ kappa", one.fleiss,
            "The same question, for items that all have the same number of answers.",
        ),
    ]  # fmt: skip
    if one.one_dominates:
        name = "Gwet’s AC2" if one.is_weighted else "Gwet’s AC1"
        words = (
            f"{percent(one.dominant)} of all answers are the same one. Alpha and kappa come out low"
            " then even where people agree; this figure is less affected."
        )
        found.append((name, one.gwet, words))
    return found
