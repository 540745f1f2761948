"""What people answered to a field, as the statistics take it. It loads numpy."""

from collections.abc import Iterable, Mapping

from fields.kinds import KINDS, Scale, Settings

from .statistics.ratings import Answer, Ratings, collect


def ratings_of(kind: str, settings: Settings, answers: Iterable[Answer]) -> Ratings:
    """`answers`: (item, rater, valid value) of one field, people's alone. Raises ValueError if
    somebody answered an item twice.
    """
    values = None if KINDS[kind].by_option else KINDS[kind].possible_answers(settings)
    return collect(answers, scale=KINDS[kind].scale, values=values)


def option_ratings(
    kind: str, settings: Settings, answers: Iterable[Answer]
) -> Mapping[str, Ratings]:
    """Of a kind that is `by_option`: {option: whether each person chose it}; of others, none."""
    options = KINDS[kind].possible_answers(settings) if KINDS[kind].by_option else None
    told = list(answers)
    return {
        str(option): collect(
            ((item, rater, option in value) for item, rater, value in told),
            scale=Scale.NOMINAL,
            values=[True, False],
        )
        for option in options or ()
    }
