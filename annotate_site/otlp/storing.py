"""A batch of records into the database: what it is of the application, and what is said of it."""

from collections.abc import Sequence

from annotate_site.errors import atomic_retry
from annotate_site.projects.events import Actor
from annotate_site.projects.models import ApiToken
from reviews.actions.reporting import report_scores, settle_scores
from traces.actions.log_events import receive_log_events
from traces.actions.receiving import receive_parts
from traces.ingest.formats.otlp import OtlpSpan, traces_of
from traces.ingest.formats.otlp_logs import LogEvent
from traces.ingest.formats.otlp_scores import Judgment
from traces.ingest.parsed import ParsedTrace


@atomic_retry
def store_spans(
    *, token: ApiToken, records: Sequence[OtlpSpan | list[Judgment]], actor: Actor
) -> list[ParsedTrace]:
    """One transaction. The parts of traces that are not taken, since those are here whole."""
    project = token.project
    report_scores(project=project, token=token, judgments=_judgments(records), actor=actor)
    parts = traces_of(one for one in records if not isinstance(one, list))
    refused = receive_parts(project=project, parts=parts, actor=actor)
    sessions = {one.session_id for one in parts if one.session_id}
    traces = {one.trace_id for one in parts}
    settle_scores(project=project, traces=traces, sessions=sessions, actor=actor)
    return refused


@atomic_retry
def store_logs(
    *, token: ApiToken, records: Sequence[LogEvent | list[Judgment]], actor: Actor
) -> None:
    """One transaction."""
    events = [one for one in records if not isinstance(one, list)]
    receive_log_events(project=token.project, events=events)
    report_scores(project=token.project, token=token, judgments=_judgments(records), actor=actor)


def _judgments(
    records: Sequence[OtlpSpan | list[Judgment]] | Sequence[LogEvent | list[Judgment]],
) -> list[Judgment]:
    return [judgment for one in records if isinstance(one, list) for judgment in one]
