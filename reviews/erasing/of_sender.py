"""Everything that came from one user of an application, known by the `user_id` of its traces.

Traces are deleted. What was made from them, items of queues and rows of datasets, loses its
content; what people wrote freely about these items goes too: notes, remarks, texts, drafts. Their
choices, ratings and numbers stay. An item of a session goes whole, whoever else is in it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import Project
from annotate_site.projects.models.records import JobState
from queues.erasing import ERASED_TEXT, ERASED_TITLE, erase_items, items_of
from traces.actions.changing import Bulk, delete_traces, lock_for_deletion
from traces.datasets.erasing import erase_rows, rows_of
from traces.models import LogEvent, Upload

from ..models import WaitingScore
from ..scores import erase_texts
from .filters import forget_filters

BATCH = 100  # traces of one transaction
UPLOADS = 20

ERASING = "select set_config('annotate.erasing', %s, true)"
DRAFTS = """
update reviews_annotation set draft = '{}', version = version + 1
 where item_id = any(%(items)s::uuid[]) and draft <> '{}'
"""
REMARKS = """
update reviews_review v
   set remark = case when remark = '' then '' else %(plain)s end, draft = '{}',
       remarks = (select coalesce(jsonb_object_agg(key, %(plain)s::text), '{}')
                    from jsonb_object_keys(v.remarks) as key)
 where v.item_id = any(%(items)s::uuid[])
"""


@dataclass(frozen=True)
class Erased:
    """How much: traces deleted, items and rows of datasets without their content now, files of
    uploads deleted, and others: log records of these traces, and scores that waited for them.
    """

    traces: int = 0
    items: int = 0
    rows: int = 0
    uploads: int = 0
    others: int = 0

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(*(mine + theirs for mine, theirs in zip(
            asdict(self).values(), asdict(other).values(), strict=True)))  # fmt: skip

    def __str__(self) -> str:
        nouns = ("trace", "item", "dataset row", "uploaded file", "other record")
        counts = zip(asdict(self).values(), nouns, strict=True)
        return ", ".join(f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts)


def count_erasable(project: Project, user_id: str) -> Erased:
    """What erasing would take, as it is now. Changes nothing."""
    counted, after = Erased(uploads=_imported(project).count()), None
    while ids := _traces_of(project, user_id, after):
        items, rows = _made_from(project, ids)
        others = sum(one.count() for one in _beside(project, ids))
        counted += Erased(len(ids), len(items), len(rows), others=others)
        after = ids[-1]
    return counted


@atomic_retry
def erase_some(*, project: Project, user_id: str, actor: Actor, bulk: Bulk) -> Erased:
    """The next BATCH traces of the user with all that was made from them; zeros behind the last."""
    ids = _traces_of(project, user_id, None)
    if not ids:
        return Erased()
    erased = _erase_copies(project, ids, actor)
    lock_for_deletion(project, ids)
    erased += _erase_copies(project, ids, actor)  # what was made of them until the lock was had
    delete_traces(project=project, ids=ids, actor=actor, bulk=bulk, reason="erasure")
    return erased + Erased(len(ids))


def _erase_copies(project: Project, ids: Sequence[UUID], actor: Actor) -> Erased:
    """All that is outside the traces; what is erased already counts no more."""
    items, rows = _made_from(project, ids)
    at = sql.clock().isoformat()
    sql.run(ERASING, ["on"])
    erase_items(items, at=at, actor=actor)
    erase_rows(rows, at=at, title=ERASED_TITLE)
    sql.run(ERASING, ["off"])
    erase_texts(items=items, traces=ids)
    where = {"items": items, "plain": ERASED_TEXT}
    sql.run(DRAFTS, where)
    sql.run(REMARKS, where)
    others = sum(one.delete()[0] for one in _beside(project, ids))
    return Erased(items=len(items), rows=len(rows), others=others)


def _beside(project: Project, ids: Sequence[UUID]) -> list[QuerySet[Any]]:
    """What came of these traces in rows of its own, by the ids of their sender."""
    sent = list(project.traces.filter(pk__in=ids).values_list("trace_id", "session_id"))
    keys, sessions = {trace for trace, _ in sent}, {session for _, session in sent} - {""}
    scores = WaitingScore.objects.about(keys, sessions).filter(project=project)
    return [scores, LogEvent.objects.filter(project=project, of_trace__in=keys)]


def erase_uploads(*, project: Project) -> int:
    """Some files that were imported: nobody can tell whose traces were in them; how many."""
    with transaction.atomic():
        some = list(_imported(project).select_related("job").order_by("pk")[:UPLOADS])
        for upload in some:
            upload.delete_with_file()
    return len(some)


def finish_erasure(
    *, project: Project, user_id: str, erasure: UUID, erased: Erased, reason: str, actor: Actor
) -> None:
    """Forgets filters that name the user, and writes the event."""
    with transaction.atomic():
        forget_filters(project, user_id)
        told = ("erasure", erasure, "content", "", str(erased))
        record(change(project, actor, *told, reason=reason))


def _traces_of(project: Project, user_id: str, after: UUID | None) -> list[UUID]:
    found = project.traces.filter(user_id=user_id).order_by("pk")
    found = found.filter(pk__gt=after) if after else found
    return list(found.values_list("pk", flat=True)[:BATCH])


def _made_from(project: Project, ids: Sequence[UUID]) -> tuple[list[UUID], list[int]]:
    """Items and rows; rows may be made from items, and items from rows."""
    items: list[UUID] = items_of(project.pk, ids, [])
    rows = rows_of(project.pk, ids, items)
    while more := set(items_of(project.pk, ids, rows)) - set(items):
        items = sorted({*items, *more})
        rows = rows_of(project.pk, ids, items)
    return items, rows


def _imported(project: Project) -> Any:
    return Upload.objects.filter(project=project, job__state__in=(JobState.DONE, JobState.FAILED))
