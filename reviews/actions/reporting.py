"""Judgments that senders of traces report: scores of what is here, or waiting until it is."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import Actor
from annotate_site.projects.models import ApiToken, Project
from traces.actions.log_rows import meet
from traces.ingest.formats.otlp_scores import Judgment

from ..direct_scores import NewScore
from ..evaluations import fields_by_name, read_evaluation
from ..models import Score, WaitingScore
from ..targets import Source, TargetRef, find_targets
from .scoring import put_scores

MOST = 1000  # of one transaction

INSERT = """
insert into reviews_waitingscore (project_id, token_id, of_trace, span_id, session_id, digest, said)
select %(project)s, %(token)s, given.*
  from json_to_recordset(%(rows)s::json) as given (of_trace text, span_id text, session_id text,
       digest text, said jsonb)
on conflict do nothing
"""


@atomic_retry
def report_scores(
    *, project: Project, token: ApiToken, judgments: Sequence[Judgment], actor: Actor
) -> None:
    """Keeps them, in one transaction. Of a target that is not here yet they wait for it."""
    if not judgments:
        return
    traces = {one.trace_id for one in judgments if one.trace_id}
    meet(project, traces, alone=True)
    rows = [
        {
            "of_trace": one.trace_id, "span_id": one.span_id, "session_id": one.session_id,
            "digest": one.digest, "said": one._asdict(),
        }
        for one in judgments
    ]  # fmt: skip
    text = json.dumps(rows, ensure_ascii=False, allow_nan=False)
    sql.run(INSERT, {"project": project.pk, "token": token.pk, "rows": text})
    sessions = {one.session_id for one in judgments if one.session_id}
    settle_scores(project=project, traces=traces, sessions=sessions, actor=actor)


@atomic_retry
def settle_scores(
    *, project: Project, traces: Collection[str], sessions: Collection[str], actor: Actor
) -> int:
    """Scores of what waited for these traces and sessions, by their senders' ids; how many."""
    waiting = WaitingScore.objects.about(traces, sessions).filter(project=project)
    waiting = waiting.select_related("token")
    rows = list(waiting.order_by("pk").select_for_update(of=["self"], skip_locked=True)[:MOST])
    if not rows:
        return 0
    targets = find_targets(project, [_ref(row) for row in rows])
    found = [row for row in rows if _ref(row) in targets]
    fields = fields_by_name(project, {row.said["name"] for row in found})
    scores = []
    for row in found:
        said = row.said
        field, value = read_evaluation(fields.get(said["name"]), said["said"])
        if value is not None:
            scores.append(
                NewScore(
                    targets[_ref(row)], _source(row), value, field, "" if field else said["name"],
                    explanation=said["explanation"], raw=said["raw"],
                )
            )  # fmt: skip
    put_scores(project=project, scores=scores, actor=actor)
    WaitingScore.objects.filter(pk__in=[row.pk for row in found]).delete()
    return len(scores)


def _ref(row: WaitingScore) -> TargetRef:
    return TargetRef(row.of_trace, row.span_id, row.session_id)


def _source(row: WaitingScore) -> Source:
    said: dict[str, Any] = row.said
    return Source(
        Score.Source(said["kind"]), token=row.token, key=said["key"],
        evaluator=said["evaluator"], version=said["version"],
    )  # fmt: skip
