"""Judgments that come from outside: scores of what is here, or waiting until it is."""

import json
from collections.abc import Sequence

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.events import Actor
from annotate_site.projects.models import ApiToken, Project
from traces.actions.log_rows import meet
from traces.hooks import Arrived
from traces.ingest.judgments import Judgment

from .settling import settle_scores

INSERT = """
insert into reviews_waitingscore (project_id, token_id, of_trace, span_id, session_id, digest, said)
select %(project)s, %(token)s, given.*
  from json_to_recordset(%(rows)s::json) as given (of_trace text, span_id text, session_id text,
       digest text, said jsonb)
on conflict do nothing
returning digest
"""


@atomic_retry
def report_scores(
    *, project: Project, token: ApiToken, judgments: Sequence[Judgment], actor: Actor
) -> None:
    """Keeps them, in one transaction. Of a target that is not here yet they wait for it."""
    if judgments:
        meet(project, spans=(), alone={one.trace_id for one in judgments if one.trace_id})
        keep_arrived(project, Arrived((), (), judgments, token), actor)


def keep_arrived(project: Project, arrived: Arrived, actor: Actor) -> set[str]:
    """In a transaction that has the locks of these traces; see `traces.hooks`."""
    judgments = arrived.judgments
    fresh = _insert(project, arrived.token, judgments) if judgments else set()
    settled = settle_scores(
        project=project,
        traces={*arrived.traces, *(one.trace_id for one in judgments if one.trace_id)},
        sessions={*arrived.sessions, *(one.session_id for one in judgments if one.session_id)},
        actor=actor,
    )
    return fresh - settled.repeated


def _insert(project: Project, token: ApiToken | None, judgments: Sequence[Judgment]) -> set[str]:
    rows = [
        {
            "of_trace": one.trace_id, "span_id": one.span_id, "session_id": one.session_id,
            "digest": one.digest, "said": one._asdict(),
        }
        for one in judgments
    ]  # fmt: skip
    text = json.dumps(rows, ensure_ascii=False, allow_nan=False)
    known = {"project": project.pk, "token": token.pk if token else None, "rows": text}
    return {row.digest for row in sql.rows(INSERT, known)}
