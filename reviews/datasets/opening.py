"""Reading the answers in a dataset's rows: who may, and that they did.

A row was made when its item was completed. Whoever reads it has opened that item's answers, as in
an export of its queue; and while the item is annotated again, it is hidden from those who are blind
there.
"""

from collections.abc import Collection, Iterable
from typing import Any, Protocol
from uuid import UUID

from annotate_site import sql
from annotate_site.errors import Refused
from annotate_site.projects.access import Access
from annotate_site.projects.models import User
from queues.visibility import hidden_items, note_opened
from traces.datasets.models import DatasetVersion

from ..scores import is_present

OF_OTHERS = f"""
select item_id from reviews_annotation
 where item_id = any(%(items)s::uuid[]) and state = 'submitted' and annotator_id <> %(user)s
union
select s.item_id from reviews_score s
 where s.item_id = any(%(items)s::uuid[]) and s.review_id is not null
   and s.annotator_id <> %(user)s and {is_present("s")}
"""
ANSWERED_ITEMS = """
select distinct r.item from traces_datasetplace p join traces_datasetrow r on r.id = p.row_id
 where p.version_id = %(version)s and r.item is not null and r.annotations::text <> '{}'
"""


NONE: tuple[Any, ...] = ({}, "{}")


class AnswersHidden(Refused):
    """The reader is blind to items of the version that are being annotated again."""

    code = "answers_hidden"
    status = 409


class Row(Protocol):
    """A row, with or without the text that its annotations are in the database."""

    @property
    def item(self) -> Any: ...
    @property
    def annotations(self) -> Any: ...


def open_rows(access: Access, rows: Iterable[Row]) -> Collection[str]:
    """Notes whose answers a member of the project reads in these rows; three statements at most.

    Returns the items whose answers they must not be given.
    """
    answered = {
        UUID(str(row.item)) for row in rows if row.item and row.annotations not in ({}, "{}")
    }
    if not answered:
        return ()
    hidden = hidden_items(access, answered)
    note_opened(access.user, answered_by_others(access.user, answered - hidden))
    return {str(item) for item in hidden}


def answered_by_others(user: User, items: Iterable[UUID]) -> list[UUID]:
    """Those that somebody else answered or decided on, in any round."""
    found = sql.rows(OF_OTHERS, {"items": list(items), "user": user.pk})
    return sorted(row.item_id for row in found)


def demand_whole(access: Access, version: DatasetVersion) -> None:
    """A file of a version is always the same: raises AnswersHidden where it could not be."""
    answered = [row.item for row in sql.rows(ANSWERED_ITEMS, {"version": version.pk})]
    if hidden := hidden_items(access, answered):
        one = len(hidden) == 1
        raise AnswersHidden(
            f"Version {version.number} holds answers on {len(hidden):,} item{'' if one else 's'}"
            f" that {'is' if one else 'are'} being annotated again. You can download it once"
            f" {'it is' if one else 'they are'} completed."
        )
