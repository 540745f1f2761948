"""Datasets: made, changed, their versions, rows and files."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from annotate_site.keyset import Keyset
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.projects.idempotency import Outcome
from reviews.datasets.files import file_of
from reviews.datasets.opening import open_rows
from traces.datasets.actions import archive_dataset, create_dataset, rename_dataset
from traces.datasets.differences import Kind, first_kind, read_differences
from traces.datasets.download import FORMATS
from traces.datasets.models import Dataset, DatasetVersion
from traces.datasets.queries import find_datasets, version_of
from traces.datasets.stored_rows import read_page

from .dataset_schemas import (
    Added,
    DatasetChange,
    DatasetOut,
    DatasetPage,
    DifferencePage,
    NewDataset,
    NewVersion,
    RowPage,
    VersionPage,
)
from .dataset_versions import add_version
from .errors import Invalid
from .guard import ApiRequest, Token
from .paging import PageQuery, read_cursor, read_rows, sign_cursor
from .repeats import answer_once

router = Router(tags=["datasets"])
DATASETS = "/projects/{slug:project}/datasets"
DATASET = f"{DATASETS}/{{uuid:dataset}}"
VERSIONS = f"{DATASET}/versions"
VERSION = f"{VERSIONS}/{{int:number}}"
BY_NAME = Keyset(("name", "pk"))
NEWEST = Keyset(("number",), falling=True)


class ListQuery(PageQuery):
    q: str = ""
    archived: bool = False


class DiffQuery(PageQuery):
    """`limit` is not asked: a page is as long as that of the site."""

    earlier: int | None = None
    later: int | None = None
    kind: Kind | None = None


@router.get(DATASETS, auth=Token(Can.READ_TRACES), response=DatasetPage, url_name="datasets")
def list_datasets(request: ApiRequest, project: str, asked: Query[ListQuery]) -> dict[str, Any]:
    """By name. `q`: a part of the name; archived ones come with `archived=true`."""
    here = request.access.project
    found = find_datasets(here, text=asked.q, archived=asked.archived)
    of = f"datasets {here.pk} {asked.q} {asked.archived}"
    rows, cursor = read_rows(found, BY_NAME, asked, of=of)
    return {"items": rows, "next_cursor": cursor}


@router.post(DATASETS, auth=Token(Can.MANAGE), response={201: DatasetOut}, url_name="datasets")
def add_dataset(request: ApiRequest, project: str, given: NewDataset) -> Status[Any]:
    """An empty one, without a version."""

    def create() -> Outcome:
        made = create_dataset(
            project=request.access.project, by=request.access.user, name=_name(given.name),
            description=given.description,
        )  # fmt: skip
        return {"id": str(made.pk)}

    return Status(201, _line(request, UUID(answer_once(request, create)["id"])))


@router.get(DATASET, auth=Token(Can.READ_TRACES), response=DatasetOut, url_name="dataset")
def read_dataset(request: ApiRequest, project: str, dataset: UUID) -> Dataset:
    return _line(request, dataset)


@router.patch(DATASET, auth=Token(Can.MANAGE), response=DatasetOut, url_name="dataset")
def change_dataset(
    request: ApiRequest, project: str, dataset: UUID, given: DatasetChange
) -> Dataset:
    """`archived`: true hides it, and it takes no rows; false shows it again."""
    found, actor = _find(request, dataset), Actor.token(request.access.user)
    if given.name is not None or given.description is not None:
        name = found.name if given.name is None else _name(given.name)
        described = found.description if given.description is None else given.description
        rename_dataset(dataset=found, name=name, description=described, actor=actor)
    if given.archived is not None:
        archive_dataset(dataset=found, archived=given.archived, actor=actor)
    return _line(request, dataset)


@router.get(VERSIONS, auth=Token(Can.READ_TRACES), response=VersionPage, url_name="versions")
def list_versions(
    request: ApiRequest, project: str, dataset: UUID, asked: Query[PageQuery]
) -> dict[str, Any]:
    """The latest first."""
    found = _find(request, dataset).versions.all()
    rows, cursor = read_rows(found, NEWEST, asked, of=f"versions {dataset}")
    return {"items": rows, "next_cursor": cursor}


@router.post(VERSIONS, auth=Token(Can.MANAGE), response={201: Added}, url_name="versions")
def make_version(
    request: ApiRequest, project: str, dataset: UUID, given: NewVersion
) -> Status[Any]:
    """A version with rows added, changed or removed; the others are those of the latest. Adding
    again what is there adds nothing. Many traces are a job of the worker's.
    """
    found = _find(request, dataset)
    return Status(201, answer_once(request, lambda: add_version(request, found, given)))


@router.get(
    f"{VERSION}/rows", auth=Token(Can.READ_TRACES), response=RowPage, url_name="version-rows"
)
def list_rows(
    request: ApiRequest, project: str, dataset: UUID, number: int, asked: Query[PageQuery]
) -> dict[str, Any]:
    """In their order. Whoever reads rows with answers has opened these answers."""
    version, of = _version(request, dataset, number), f"rows {dataset} {number}"
    after = int(read_cursor(asked.cursor, of=of) or 0)
    rows, more = read_page(version, after=after, most=asked.limit)
    hidden = open_rows(request.access, rows)
    items = [row.as_json(hidden=row.item in hidden) for row in rows]
    return {"items": items, "next_cursor": sign_cursor(str(rows[-1].row), of=of) if more else None}


@router.get(f"{VERSION}/download", auth=Token(Can.READ_TRACES), url_name="version-file")
def read_file(
    request: ApiRequest, project: str, dataset: UUID, number: int, format: str = "jsonl"
) -> HttpResponseBase:
    """`format`: jsonl, csv or parquet. Streams; the file of a version is always the same."""
    version = _version(request, dataset, number)
    if format not in FORMATS:
        raise Invalid([("format", f"Take one of {', '.join(FORMATS)}.")])
    return file_of(version, format, request.access, Actor.token(request.access.user))


@router.get(
    f"{DATASET}/diff", auth=Token(Can.READ_TRACES), response=DifferencePage, url_name="diff"
)
def compare(
    request: ApiRequest, project: str, dataset: UUID, asked: Query[DiffQuery]
) -> dict[str, Any]:
    """What version `later` (else the latest) has against `earlier` (else the one before it), one
    `kind` at a time: added, changed or removed, else the first that there is any of.
    """
    later = _version(request, dataset, asked.later)
    number = asked.earlier if asked.earlier is not None else max(1, later.number - 1)
    earlier = _version(request, dataset, number)
    of = f"diff {earlier.pk} {later.pk} {asked.kind}"
    after = int(read_cursor(asked.cursor, of=of) or 0)
    told = read_differences(earlier, later, asked.kind, after=after)
    return {
        "earlier": earlier.number, "later": later.number, "counts": told.counts._asdict(),
        "kind": asked.kind or first_kind(told.counts), "items": told.rows,
        "next_cursor": sign_cursor(str(told.after), of=of) if told.after else None,
    }  # fmt: skip


def _name(text: str) -> str:
    """Raises Invalid for a name of blanks."""
    if not text.strip():
        raise Invalid([("body.name", "Give the dataset a name.")])
    return text


def _find(request: ApiRequest, dataset: UUID) -> Dataset:
    return get_object_or_404(request.access.project.datasets, pk=dataset)


def _line(request: ApiRequest, dataset: UUID) -> Dataset:
    """With what its latest version is. Raises Http404."""
    return get_object_or_404(
        find_datasets(request.access.project, text="", archived=True), pk=dataset
    )


def _version(request: ApiRequest, dataset: UUID, number: int | None) -> DatasetVersion:
    """By number, else the latest. Raises Http404."""
    found = version_of(_find(request, dataset), number)
    if found is None:
        raise Http404
    return found
