"""Saved views: lists of traces that are kept under a name."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from annotate_site.projects.access import Can
from annotate_site.projects.idempotency import Outcome
from traces.list_columns import BY_KEY, JUDGED, read_columns
from traces.listing import Listing
from traces.models import SavedView
from traces.saved_views import save_view, views_of
from traces.sorting import order_problem

from .errors import Invalid
from .guard import ApiRequest, Token
from .paging import OLDEST, PageQuery, read_rows
from .repeats import answer_once

router = Router(tags=["views"])
VIEWS = "/projects/{slug:project}/views"


class ViewIn(Schema):
    """`filter`: rows as the address of the page of traces has them; `sort` such as `-latency`."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    filter: list[str] = []
    sort: str = ""
    columns: list[str] = []
    shared: bool = False


class ViewOut(Schema):
    """`mine`: made by the owner of the token."""

    id: UUID
    name: str
    filter: list[str]
    sort: str
    columns: list[str]
    shared: bool
    mine: bool
    created_at: datetime


class ViewPage(Schema):
    items: list[ViewOut]
    next_cursor: str | None


@router.get(VIEWS, auth=Token(Can.READ_TRACES), response=ViewPage, url_name="views")
def list_views(request: ApiRequest, project: str, page: Query[PageQuery]) -> dict[str, Any]:
    """Those that are shared with the project, and the owner's own; in the order of making."""
    here, owner = request.access.project, request.access.user
    of = f"views {here.pk} {owner.pk}"
    rows, cursor = read_rows(views_of(here, owner), OLDEST, page, of=of)
    return {"items": [_told(view, request) for view in rows], "next_cursor": cursor}


@router.post(VIEWS, auth=Token(Can.MANAGE), response={201: ViewOut}, url_name="views")
def add_view(request: ApiRequest, project: str, body: ViewIn) -> Status[Outcome]:
    """With an `Idempotency-Key` a repeat answers as the first request did."""
    listing = _listing(body)
    return Status(201, answer_once(request, lambda: _save(request, body, listing)))


def _save(request: ApiRequest, body: ViewIn, listing: Listing) -> Outcome:
    view = save_view(
        project=request.access.project, by=request.access.user, name=body.name,
        shared=body.shared, listing=listing,
    )  # fmt: skip
    view.refresh_from_db()
    return ViewOut(**_told(view, request)).model_dump(mode="json")


def _listing(body: ViewIn) -> Listing:
    """Raises Invalid, also for what a page would pass over."""
    listing = Listing.of(body.filter, body.sort, body.columns)
    errors = [("body.filter", problem) for problem in listing.filter.problems]
    if problem := order_problem(body.sort):
        errors.append(("body.sort", problem))
    if not all(map(read_columns, body.columns)):
        errors.append(("body.columns", f"Columns are {', '.join(BY_KEY)}, {JUDGED}<lineage>."))
    if not body.name.strip():
        errors.append(("body.name", "A view has a name."))
    if errors:
        raise Invalid(errors)
    return listing


def _told(view: SavedView, request: ApiRequest) -> dict[str, Any]:
    names = ("id", "name", "filter", "sort", "columns", "shared", "created_at")
    told = {name: getattr(view, name) for name in names}
    return told | {"mine": view.created_by_id == request.access.user.pk}
