"""Adding sources to a queue: a batch, items with frozen snapshots, their slots, all at once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from annotate_site import sql
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import User
from traces.queue_states import enter_queue
from traces.sources import KINDS, Source, SourceKind, load_sources

from ... import locks
from ...errors import WrongState
from ...models import Batch, Queue
from ...sampling import BY_HAND, Design
from ...snapshots import snapshot_of
from ...visibility import inherit_opened
from ..status import lock_for_work, reopened_by_work
from .common_parts import count_parts

CHUNK = 500
NO_STRATA: Mapping[str, str] = {}

INSERT = """
with given as (
  select * from unnest(%(ids)s::uuid[], %(keys)s::text[], %(titles)s::text[],
                       %(previews)s::text[], %(snapshots)s::json[],
                       %(inclusions)s::float8[], %(strata)s::text[], %(changes)s::bigint[])
           with ordinality as g(id, key, title, preview, snapshot, inclusion, stratum, changes, n)
   order by n
), added as (
  insert into queues_item (id, queue_id, batch_id, kind, source_kind, source_key, title, preview,
         snapshot, snapshot_hash, priority, status, required, extra, round, review_state,
         bars_last_round, inclusion, stratum, source_changes)
  select id, %(queue)s, %(batch)s, 'normal', %(source_kind)s, key, title, preview, snapshot,
         encode(sha256(convert_to(snapshot::text, 'UTF8')), 'hex'), 0, 'pending', %(required)s,
         0, 1, '', false, inclusion, stratum, changes
    from given
  on conflict (queue_id, source_kind, source_key) where removed_at is null and kind = 'normal'
  do nothing
  returning id, seq, round, required
), slots as (
  insert into queues_slot (queue_id, item_id, round, rank, seq, state, bound_why)
  select %(queue)s, added.id, added.round, 0, added.seq, 'free', ''
    from added, generate_series(1, added.required) order by added.seq
  returning id, item_id
), recorded as (
  insert into projects_event (project_id, queue_id, item_id, actor_id, actor_kind, object_type,
         object_id, attribute, from_value, to_value, reason)
  select %(project)s::uuid, %(queue)s::uuid, item_id, %(actor)s::bigint, %(actor_kind)s, kind,
         object_id, attribute, '', to_value, ''
    from (select id as item_id, 'item' as kind, id::text as object_id, 'status' as attribute,
                 'pending' as to_value from added
          union all
          select item_id, 'slot', id::text, 'state', 'free' from slots) changes
)
select id from added
"""


@dataclass
class Added:
    """What adding did: how many, how many were there already, which ids are unknown."""

    added: int = 0
    duplicates: int = 0
    not_found: list[str] = field(default_factory=list)

    @property
    def seen(self) -> int:
        return self.added + self.duplicates + len(self.not_found)


def start_batch(
    *,
    queue: Queue,
    by: User | None,
    display: Mapping[str, Any],
    filter: dict[str, Any],
    design: Design = BY_HAND,
) -> Batch:
    """`display` and `filter` are what `snapshot_of` and a selection read."""
    return Batch.objects.create(
        queue=queue, added_by=by, display=dict(display), filter=filter, design=design.stored()
    )


def add_traces(*, queue: Queue, trace_ids: Iterable[UUID], batch: Batch, actor: Actor) -> Added:
    """See `add_sources`."""
    keys = map(str, trace_ids)
    return add_sources(queue=queue, kind=SourceKind.TRACE, keys=keys, batch=batch, actor=actor)


def add_sources(
    *, queue: Queue, kind: SourceKind, keys: Iterable[str], batch: Batch, actor: Actor
) -> Added:
    """Adds sources of the queue's project in the order given, in chunks; duplicates are counted.

    Raises WrongState where the queue is archived, or was closed by hand; what earlier chunks
    added stays, and a batch that added nothing is no batch.
    """
    total, rest = added_by(batch), iter(keys)
    try:
        while some := list(islice(rest, KINDS[kind].chunk)):
            add_some(queue=queue, kind=kind, keys=some, batch=batch, actor=actor, total=total)
    except WrongState:
        drop_if_empty(batch)
        raise
    return total


def added_by(batch: Batch) -> Added:
    """What the batch has added until now."""
    return Added(batch.added, batch.duplicates, list(batch.not_found))


def drop_if_empty(batch: Batch) -> bool:
    """True if it had no items, and is gone."""
    if batch.items.exists():
        return False
    batch.delete()
    return True


def add_some(
    *,
    queue: Queue,
    kind: SourceKind,
    keys: Sequence[str],
    batch: Batch,
    actor: Actor,
    total: Added,
    strata: Mapping[str, str] = NO_STRATA,
) -> None:
    """One chunk, in one transaction; adds to `total`, which the batch then has as its figures.

    `strata`: by key, where the batch has a sample of several. Raises as `add_sources`.
    """
    with transaction.atomic():
        steps = bool(batch.display.get("steps"))
        sources = load_sources(queue.project, kind, keys, steps=steps)
        known = {source.key for source in sources}
        added = _add_chunk(queue, sources, batch, actor, strata)
        total.added += added
        total.duplicates += len(sources) - added
        total.not_found += [key for key in keys if key not in known]
        Batch.objects.filter(pk=batch.pk).update(
            added=total.added, duplicates=total.duplicates, not_found=total.not_found
        )


def _add_chunk(
    queue: Queue, sources: list[Source], batch: Batch, actor: Actor, strata: Mapping[str, str]
) -> int:
    """How many were not there yet."""
    if not sources:
        return 0
    with transaction.atomic():
        queue = lock_for_work(queue)
        locks.add(queue.pk)
        ids = [uuid7() for _ in sources]
        design = Design.read(batch.design)
        parts = [strata.get(source.key, "") for source in sources]
        shots = [snapshot_of(source, batch.display, queue.hidden_extras) for source in sources]
        rows = sql.rows(
            INSERT,
            {
                "ids": ids,
                "source_kind": sources[0].kind,
                "keys": [source.key for source in sources],
                "titles": [shot.title for shot in shots],
                "previews": [shot.preview for shot in shots],
                "snapshots": [json.dumps(shot.content, ensure_ascii=False) for shot in shots],
                "inclusions": [design.inclusion(part) for part in parts],
                "strata": parts,
                "changes": [source.changes for source in sources],
                "queue": queue.pk,
                "project": queue.project_id,
                "batch": batch.pk,
                "required": queue.annotations_required,
                "actor": actor.user.pk if actor.user else None,
                "actor_kind": actor.kind,
            },
        )
        added = {row.id for row in rows}
        entered = [
            (pk, trace)
            for pk, source in zip(ids, sources, strict=True)
            if pk in added
            for trace in source.traces
        ]
        enter_queue(queue.project_id, queue.pk, entered)
        inherit_opened(added)
        if added:
            fresh = [shot.content for pk, shot in zip(ids, shots, strict=True) if pk in added]
            count_parts(queue, fresh)
            reopened_by_work(queue, actor)
            now = batch.items.count()
            before = now - len(added)
            record(
                change(
                    queue.project_id,
                    actor,
                    "batch",
                    batch.pk,
                    "added",
                    before or "",
                    now,
                    queue=queue.pk,
                )
            )
    return len(added)
