"""Random traces as plain Python, and the filter as one would write it over a list of them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

T0 = datetime(2026, 5, 1, tzinfo=UTC)
TEXTS = ("", "a", "A", "ab", "b a", "100%", "a_b", "0")
# What is said: also in more lines, in other letters, at the edge of what is searched and beyond.
SAID = (
    *TEXTS, "Ärger\nWEGEN Übung", "c" * 400 + " ab", "c" * 8190 + "ab", "c" * 8191 + "ab", "b\\a",
)  # fmt: skip
NAMES = TEXTS[1:]
NUMBERS = (None, 0, 1, 2, 1000)
COSTS = (None, Decimal(0), Decimal("0.5"), Decimal(2))
QUEUES = [UUID(int=number) for number in (1, 2)]
LINEAGES = [UUID(int=number) for number in (3, 4)]
STATES = ("open", "pending_review", "completed")
ANSWERS: tuple[float | str, ...] = (0.0, 1.0, 2.5, "", "a", "A", "ab", "1")
JUDGES = ("", "a", "ab")  # evaluators; "" for a person
VALUES: tuple[Any, ...] = (
    None,
    "",
    "a",
    "A",
    "ab",
    0,
    1,
    2.5,
    True,
    False,
    [],
    ["a", 1],
    {"b": "a"},
)


@dataclass
class Run:
    """A trace with all that a filter may ask of it."""

    name: str
    status: str
    start: datetime
    latency: int | None
    tokens_in: int | None
    tokens_out: int | None
    cost: Decimal | None
    model: str
    tags: list[str]
    session_id: str
    user_id: str
    input: str
    output: str
    spans: list[tuple[str, str]]
    attributes: dict[str, Any]
    queues: list[tuple[UUID, str]]
    feedback: list[tuple[UUID, float | str, str]]


def random_run(luck: random.Random) -> Run:
    def some(values: Any, most: int = 2) -> list[Any]:
        return [luck.choice(values) for _ in range(luck.randint(0, most))]

    spans = [(luck.choice(NAMES), luck.choice(("llm", "tool", "agent")))]
    spans += [(luck.choice(NAMES), luck.choice(("llm", "tool"))) for _ in range(luck.randint(0, 2))]
    return Run(
        luck.choice(NAMES), luck.choice(("ok", "error", "unset")),
        T0 + timedelta(hours=luck.randint(0, 72)), luck.choice((None, 0, 500, 1000, 2500)),
        luck.choice(NUMBERS), luck.choice(NUMBERS), luck.choice(COSTS), luck.choice(TEXTS),
        sorted(set(some(("a", "A", "b a")))), luck.choice(TEXTS), luck.choice(TEXTS),
        luck.choice(SAID), luck.choice(SAID), spans,
        {key: luck.choice(VALUES) for key in some(("x", "y.z", "p:q%"))},
        [(queue, luck.choice(STATES)) for queue in some(QUEUES)],
        [(one, luck.choice(ANSWERS), luck.choice(JUDGES)) for one in some(LINEAGES, 3)],
    )  # fmt: skip


OF_TRACE = {
    "session": "session_id", "user": "user_id", "time": "start",
}  # fmt: skip
SEVERAL = {"tags", "span_name", "span_kind", "attribute", "queue"}


def matches(run: Run, column: str, operator: str, value: str, of: str = "") -> bool:
    """As docs and page promise: for what a trace has several of, one is enough, and "is not" means
    that none is. Feedback and states are of somebody, so there "is not" asks for another one.
    """
    found = [one for one in values_of(run, column, of) if one is not None]
    if operator in ("is_empty", "is_not_empty"):
        given = [one for one in found if one != "" or column in ("attribute", "feedback")]
        return bool(given) == (operator == "is_not_empty")
    if operator == "is_not" and column not in ("state", "feedback"):
        return not any(compare(column, one, "is", value) for one in found)
    return any(compare(column, one, operator, value) for one in found)


def values_of(run: Run, column: str, of: str) -> list[Any]:
    match column:
        case "tags":
            return run.tags
        case "span_name" | "span_kind":
            return [span[column == "span_kind"] for span in run.spans]
        case "attribute":
            return [value for path, value in leaves("", run.attributes) if path == of]
        case "queue":
            return [str(queue) for queue, _ in run.queues]
        case "state":
            return [state for queue, state in run.queues if str(queue) == of]
        case "feedback":
            return [value for lineage, value, who in run.feedback if is_by(lineage, who, of)]
        case "judged_by":
            return ["model" if who else "human" for _, _, who in run.feedback]
        case "evaluator":
            return [who for _, _, who in run.feedback if who]
    return [getattr(run, OF_TRACE.get(column, column))]


def is_by(lineage: UUID, who: str, of: str) -> bool:
    about, _, by = of.partition("~")
    source, _, evaluator = by.partition("/")
    if str(lineage) != about or (evaluator and who != evaluator):
        return False
    return not by or source == ("model" if who else "human")


def leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(f"{path}.{key}" if path else key, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(path, inner)
    else:
        yield path, value


def compare(column: str, found: Any, operator: str, value: str) -> bool:
    value = value.replace(",", "") if column.startswith("tokens") else value
    if column == "time":
        return in_time(found, operator, value)
    if operator in ("contains", "starts_with"):
        text = written(found) if column == "attribute" else found
        if not isinstance(text, str):
            return False
        low, part = text.lower(), value.lower()
        if column in ("input", "output"):
            low = low[:8192]
        return part in low if operator == "contains" else low.startswith(part)
    if operator in ("lt", "lte", "gt", "gte"):
        if isinstance(found, str | bool):
            return False
        number = Decimal(value) * (1000 if column == "latency" else 1)
        sizes = {
            "lt": found < number, "lte": found <= number, "gt": found > number,
            "gte": found >= number,
        }  # fmt: skip
        return bool(sizes[operator])
    return is_same(column, found, value) == (operator == "is")


def is_same(column: str, found: Any, value: str) -> bool:
    if column == "latency":
        return bool(found == Decimal(value) * 1000)
    if column in ("tokens_in", "tokens_out", "cost"):
        return bool(found == Decimal(value))
    if column == "feedback" and isinstance(found, float):
        number = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}.get(value)
        if number is None:
            try:
                number = float(value)
            except ValueError:
                return False
        return found == number
    return (written(found) if column == "attribute" else str(found)) == value


def written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def in_time(found: datetime, operator: str, value: str) -> bool:
    if operator == "between":
        first, last = (datetime.fromisoformat(text) for text in value.split(".."))
        return first <= found <= last
    moment = datetime.fromisoformat(value)
    return found >= moment if operator == "gte" else found < moment
