"""The columns of the list of traces: which there are, and which somebody has chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from annotate_site.projects.models import Project, User

from .models import ChosenColumns

PARAMETER = "columns"
JUDGED = "feedback."  # before a field's lineage, or the id of a name
MOST_JUDGED = 8  # columns of judgments at once


@dataclass(frozen=True)
class ListColumn:
    """`sort` is the name of its order in `sorting`, "" where it has none. `about`: the field (its
    lineage) or name whose judgments it shows.
    """

    key: str
    label: str
    css: str = ""
    sort: str = ""
    about: UUID | None = None


ALL = (
    ListColumn("status", "Status"),
    ListColumn("queues", "Queues", "clip"),
    ListColumn("model", "Model", "clip"),
    ListColumn("tokens", "Tokens in → out", "num", "tokens"),
    ListColumn("latency", "Latency", "num", "latency"),
    ListColumn("time", "Time", "fit", "time"),
    ListColumn("cost", "Cost", "num", "cost"),
    ListColumn("tags", "Tags", "clip"),
    ListColumn("session", "Session", "clip"),
    ListColumn("user", "User", "clip"),
    ListColumn("output", "Output", "clip"),
    ListColumn("spans", "Spans", "num"),
    ListColumn("id", "Id", "clip mono"),
)
BY_KEY = {column.key: column for column in ALL}
USUAL = ("status", "queues", "model", "tokens", "latency", "time")


def read_columns(text: str) -> tuple[str, ...]:
    """The known ones among names joined by commas, each once, and of judgments MOST_JUDGED; () for
    none. Whether the project has a field that one names is asked when it is shown.
    """
    keys = list(dict.fromkeys(key for key in map(_read_key, text.split(",")) if key))
    judged = [key for key in keys if key not in BY_KEY][:MOST_JUDGED]
    return tuple(key for key in keys if key in BY_KEY or key in judged)


def _read_key(text: str) -> str:
    """As columns are written; "" for what names none."""
    if text in BY_KEY or not text.startswith(JUDGED):
        return text if text in BY_KEY else ""
    try:
        return f"{JUDGED}{UUID(text.removeprefix(JUDGED))}"
    except ValueError:
        return ""


def columns_of(
    project: Project, user: User, text: str = "", judged: Mapping[UUID, str] | None = None
) -> list[ListColumn]:
    """Those that an address names, else those that this person has chosen, else the usual ones.

    `judged`: what judgments of the project are about, by name (`score_names.judged_names`).
    """
    known = dict(BY_KEY) | {column.key: column for column in judged_columns(judged or {})}
    if found := _of(read_columns(text), known):
        return found
    chosen = ChosenColumns.objects.filter(project=project, user=user).values_list("columns")
    stored = next((read_columns(",".join(row[0])) for row in chosen), ())
    return _of(stored, known) or _of(USUAL, known)


def judged_columns(judged: Mapping[UUID, str]) -> list[ListColumn]:
    """One for each field, or name, that judgments are about."""
    return [
        ListColumn(f"{JUDGED}{about}", name, "judged", about=about)
        for about, name in judged.items()
    ]


def _of(keys: Iterable[str], known: Mapping[str, ListColumn]) -> list[ListColumn]:
    return [known[key] for key in keys if key in known]


def choose_columns(*, project: Project, user: User, columns: Sequence[str]) -> None:
    """Keeps the choice for this person in this project; none brings the usual ones back."""
    if keys := read_columns(",".join(columns)):
        ChosenColumns.objects.update_or_create(
            project=project, user=user, defaults={"columns": list(keys)}
        )
    else:
        ChosenColumns.objects.filter(project=project, user=user).delete()
