"""Lists of traces that people keep: their own, and those that are shared with the project."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from annotate_site.errors import Refused
from annotate_site.projects.models import Project, User
from annotate_site.text import clean_line

from .listing import Listing
from .models import SavedView

MOST_SHOWN = 30


class NameTaken(Refused):
    code = "name_taken"


def views_of(project: Project, user: User) -> QuerySet[SavedView]:
    """Those this person may open, by name."""
    mine = Q(shared=True) | Q(created_by=user)
    return SavedView.objects.filter(mine, project=project).order_by("name", "id")


def listing_of(view: SavedView) -> Listing:
    return Listing.of(view.filter, view.sort, view.columns)


def save_view(
    *, project: Project, by: User, name: str, shared: bool, listing: Listing
) -> SavedView:
    """Raises NameTaken."""
    view = SavedView(
        project=project,
        created_by=by,
        filter=[str(row) for row in listing.filter.rows],
        sort=str(listing.order),
        columns=list(listing.columns),
    )
    return _store(view, name, shared)


def change_view(*, view: SavedView, name: str, shared: bool) -> SavedView:
    """Raises NameTaken."""
    return _store(view, name, shared)


def delete_view(*, project: Project, view: UUID) -> None:
    SavedView.objects.filter(project=project, pk=view).delete()


def _store(view: SavedView, name: str, shared: bool) -> SavedView:
    view.name, view.shared = clean_line(name), shared
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise NameTaken(f"There is a view named “{view.name}” already.") from None
    return view
