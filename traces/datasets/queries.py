"""Reading datasets: lists, versions, and pages of rows, which read no content of rows."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from annotate_site.keyset import Keyset, Page
from annotate_site.projects.models import Project
from traces.titles import Heading, heading_of

from .models import Dataset, DatasetPlace, DatasetRow, DatasetVersion

PAGE = 50
CONTENT = ("inputs", "outputs", "expected")
BY_PLACE = Keyset(("place",))
SHOWN_ANNOTATIONS = 3


def find_datasets(project: Project, *, text: str, archived: bool) -> QuerySet[Dataset]:
    """By name, each with its latest version's `number`, `rows` and `changed_at`, None without."""
    latest = DatasetVersion.objects.filter(dataset=OuterRef("pk")).order_by("-number")
    found = project.datasets.filter(name__icontains=text).select_related("created_by")
    shown = found if archived else found.filter(archived_at=None)
    return shown.annotate(
        number=Subquery(latest.values("number")[:1]),
        row_count=Subquery(latest.values("rows")[:1]),
        changed_at=Subquery(latest.values("created_at")[:1]),
    ).order_by("name", "pk")


def version_of(dataset: Dataset, number: int | None) -> DatasetVersion | None:
    """By number, else the latest; None where there is none."""
    versions = dataset.versions.select_related("created_by").order_by("-number")
    return (versions.filter(number=number) if number is not None else versions).first()


def changes(version: DatasetVersion) -> str:
    """What a version has against the one before it, in words."""
    counted = (
        (version.added, "added"), (version.changed, "changed"), (version.removed, "removed"),
    )  # fmt: skip
    return ", ".join(f"{count:,} {word}" for count, word in counted if count)


@dataclass(frozen=True)
class RowLine:
    """A row in a list: its place, how it is called, and the first of its annotations."""

    place: int
    row: DatasetRow
    heading: Heading
    annotations: list[tuple[str, str]]
    more_annotations: int
    is_hidden: bool


def read_rows(
    version: DatasetVersion,
    *,
    after: int | None,
    before: int | None,
    open: Callable[[Collection[DatasetRow]], Collection[str]],
) -> Page[RowLine]:
    """PAGE rows in their order: those `after` a place, those `before` it, or the first.

    `open`: given the rows, it says of which items the answers are hidden.
    """
    found: Page[DatasetPlace] = BY_PLACE.page(
        version.places.all(),
        PAGE,
        after=(after,) if after is not None else None,
        before=(before,) if before is not None else None,
    )
    wanted = [place.row_id for place in found.rows]
    rows = DatasetRow.objects.defer(*CONTENT).in_bulk(wanted)
    hidden = open(rows.values())
    lines = [row_line(place.place, rows[place.row_id], hidden) for place in found.rows]
    return Page(lines, found.before, found.after)


def row_line(place: int, row: DatasetRow, hidden: Collection[str]) -> RowLine:
    is_hidden = str(row.item) in hidden
    given = {} if is_hidden else row.annotations
    pairs = [(name, in_words(value)) for name, value in given.items()]
    heading = heading_of("", row.preview)
    shown = pairs[:SHOWN_ANNOTATIONS]
    return RowLine(place, row, heading, shown, len(pairs) - len(shown), is_hidden)


def in_words(value: object) -> str:
    """An annotation for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
