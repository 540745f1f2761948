"""The columns of the list of traces: which there are, and which somebody has chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotate_site.projects.models import Project, User

from .models import ChosenColumns

PARAMETER = "columns"


@dataclass(frozen=True)
class ListColumn:
    """`sort` is the name of its order in `sorting`, "" where it has none."""

    key: str
    label: str
    css: str = ""
    sort: str = ""


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
    """The known ones among names joined by commas, each once; () for none."""
    return tuple(dict.fromkeys(key for key in text.split(",") if key in BY_KEY))


def columns_of(project: Project, user: User, text: str = "") -> list[ListColumn]:
    """Those that an address names, else those that this person has chosen, else the usual ones."""
    if keys := read_columns(text):
        return [BY_KEY[key] for key in keys]
    chosen = ChosenColumns.objects.filter(project=project, user=user).values_list("columns")
    stored = next((read_columns(",".join(row[0])) for row in chosen), ())
    return [BY_KEY[key] for key in stored or USUAL]


def choose_columns(*, project: Project, user: User, columns: Sequence[str]) -> None:
    """Keeps the choice for this person in this project; none brings the usual ones back."""
    if keys := read_columns(",".join(columns)):
        ChosenColumns.objects.update_or_create(
            project=project, user=user, defaults={"columns": list(keys)}
        )
    else:
        ChosenColumns.objects.filter(project=project, user=user).delete()
