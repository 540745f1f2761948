"""What waited for its trace or session becomes scores once that is here."""

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import BEAT, Actor
from annotate_site.projects.models import Project

from ..direct_scores import NewScore
from ..evaluations import fields_by_name, read_evaluation
from ..models import Score, WaitingScore, WaitingScoreQuerySet
from ..targets import ScoreTarget, Source, TargetRef, find_targets
from .scoring import ALREADY_THERE, put_scores

BATCH = 1000
MOST = 10 * BATCH  # of one transaction; the sweep settles what is left

# Spans and what is said of them meet under a lock; sessions have none, and a row that somebody else
# settles at the moment is passed over.
LEFT = """
select w.project_id, array_agg(distinct w.of_trace) filter (where w.of_trace <> '') as traces,
       array_agg(distinct w.session_id) filter (where w.of_trace = '') as sessions
  from (select * from reviews_waitingscore where id > %(after)s order by id limit %(most)s) w
 where exists (select 1 from traces_trace t
                where t.project_id = w.project_id and t.trace_id = w.of_trace
                  and (w.span_id = ''
                       or exists (select 1 from traces_span s
                                   where s.project_id = t.project_id and s.trace_id = t.id
                                     and s.span_id = w.span_id)))
    or (w.of_trace = '' and exists (
        select 1 from traces_trace t
         where t.project_id = w.project_id and t.session_id = w.session_id
           and t.session_id <> ''))
 group by w.project_id
"""
PLACE = """
select max(id) as last from (select id from reviews_waitingscore where id > %(after)s
                              order by id limit %(most)s) batch
"""


class Settled(NamedTuple):
    """How many that waited are settled; the digests of those that said nothing new."""

    number: int
    repeated: set[str]


@atomic_retry
def settle_scores(
    *, project: Project, traces: Collection[str], sessions: Collection[str], actor: Actor
) -> Settled:
    """Of what waits for these traces with their spans, and these sessions, by their senders' ids:
    whatever is here now has its scores afterwards.
    """
    waiting = WaitingScore.objects.about(traces, sessions).filter(project=project)
    count, repeated, after = 0, set[str](), 0
    while count < MOST and (rows := _next(waiting, after)):
        targets = find_targets(project, [_ref(row) for row in rows])
        found = [row for row in rows if _ref(row) in targets]
        repeated |= _settle(project, found, targets, actor)
        count, after = count + len(found), rows[-1].pk
    return Settled(count, repeated)


def settle_left() -> int:
    """What was passed over when its target came, in all projects; how many."""
    after, count = 0, 0
    while (place := sql.one(PLACE, {"after": after, "most": BATCH})) and place.last:
        for row in sql.rows(LEFT, {"after": after, "most": BATCH}):
            count += _settle_left(row.project_id, row.traces or [], row.sessions or [])
        after = place.last
    return count


def _settle_left(project: UUID, traces: list[str], sessions: list[str]) -> int:
    found = Project.objects.get(pk=project)
    settled = settle_scores(project=found, traces=traces, sessions=sessions, actor=BEAT)
    return settled.number


def _next(waiting: WaitingScoreQuerySet, after: int) -> list[WaitingScore]:
    rows = waiting.filter(pk__gt=after).select_related("token").order_by("pk")
    return list(rows.select_for_update(of=["self"], skip_locked=True)[:BATCH])


def _settle(
    project: Project,
    rows: list[WaitingScore],
    targets: dict[TargetRef, ScoreTarget],
    actor: Actor,
) -> set[str]:
    """The digests of what was there already."""
    fields = fields_by_name(project, {row.said["name"] for row in rows})
    scores, digests = [], []
    for row in rows:
        said = row.said
        field, value = read_evaluation(fields.get(said["name"]), said["said"])
        if value is not None:
            digests.append(row.digest)
            scores.append(
                NewScore(
                    targets[_ref(row)], _source(row), value, field, "" if field else said["name"],
                    explanation=said["explanation"], raw=said["raw"],
                )
            )  # fmt: skip
    stored = put_scores(project=project, scores=scores, actor=actor)
    WaitingScore.objects.filter(pk__in=[row.pk for row in rows]).delete()
    pairs = zip(digests, stored, strict=True)
    return {digest for digest, one in pairs if one.result == ALREADY_THERE}


def _ref(row: WaitingScore) -> TargetRef:
    return TargetRef(row.of_trace, row.span_id, row.session_id)


def _source(row: WaitingScore) -> Source:
    said: dict[str, Any] = row.said
    return Source(
        Score.Source(said["kind"]), token=row.token, key=said["key"],
        evaluator=said["evaluator"], version=said["version"],
    )  # fmt: skip
