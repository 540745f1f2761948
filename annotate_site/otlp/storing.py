"""A batch of records into the database: what it is of the application, and what is said of it."""

from collections.abc import Sequence

from annotate_site.errors import atomic_retry
from annotate_site.projects.events import Actor
from annotate_site.projects.models import ApiToken
from reviews.actions.reporting import report_scores
from traces.actions.log_events import receive_log_events
from traces.actions.receiving import receive_parts
from traces.ingest.formats.otlp import OtlpSpan
from traces.ingest.formats.otlp_logs import LogEvent
from traces.ingest.formats.otlp_request import traces_of
from traces.ingest.judgments import Judgment
from traces.ingest.parsed import ParsedTrace


@atomic_retry
def store_spans(
    *, token: ApiToken, records: Sequence[OtlpSpan | list[Judgment]], actor: Actor
) -> list[ParsedTrace]:
    """One transaction. The parts of traces that are not taken, since those are here whole."""
    parts = traces_of(records)
    return receive_parts(project=token.project, parts=parts, actor=actor, token=token)


@atomic_retry
def store_logs(
    *, token: ApiToken, records: Sequence[LogEvent | list[Judgment]], actor: Actor
) -> None:
    """One transaction."""
    events = [one for one in records if not isinstance(one, list)]
    receive_log_events(project=token.project, events=events)
    judgments = [judgment for one in records if isinstance(one, list) for judgment in one]
    report_scores(project=token.project, token=token, judgments=judgments, actor=actor)
