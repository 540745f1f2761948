"""A request's spans, in either encoding; one that cannot be taken costs itself alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

from annotate_site.rpc_status import JSON
from traces.ingest.cleaning import InputRefused
from traces.ingest.formats.otlp import OtlpSpan, read_span, spans_of
from traces.ingest.records import BadRow
from traces.ingest.rows import read_json_rows
from traces.ingest.scanner import MAX_BYTES, TOO_LARGE

from .bodies import mapped
from .errors import BadBody
from .wire import NotProtobuf, TooMany

MOST = 50_000
NOT_PROTOBUF = "The body is no ExportTraceServiceRequest in protobuf."
NOT_READ = "A span is not valid protobuf, or nested too deep."
TOO_MANY = f"It holds more than {MOST:,} spans."
EMPTY = b"{}"
BATCH_BYTES = 8 * 1024 * 1024  # of one transaction, as much as its memory may hold

_FIELDS = 3 * MOST  # each span is passed twice


class Refusal(NamedTuple):
    """Why a span was not taken; `broken`: its text could not be read."""

    reason: str
    broken: bool = False


class Found(NamedTuple):
    """`size`: bytes."""

    size: int
    span: OtlpSpan | Refusal


@dataclass
class Refused:
    """Spans that were not taken: how many, and why, each reason once."""

    count: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, reason: str, count: int = 1) -> None:
        self.count += count
        if reason not in self.reasons:
            self.reasons.append(reason)


def read_batches(file: IO[bytes], content_type: str, refused: Refused) -> Iterator[list[OtlpSpan]]:
    """The spans, as many at a time as one transaction may have; the others are added to `refused`.

    Raises BadBody for what is no request.
    """
    batch: list[OtlpSpan] = []
    size = count = broken = 0
    for one in _in_json(file) if content_type == JSON else _in_protobuf(file):
        count, size = count + 1, size + one.size
        if count > MOST:
            raise BadBody(TOO_MANY)
        if isinstance(one.span, Refusal):
            refused.add(one.span.reason)
            broken += one.span.broken
            continue
        batch.append(one.span)
        if size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if count and broken == count:
        raise BadBody(refused.reasons[0])
    if batch:
        yield batch


def _in_json(file: IO[bytes]) -> Iterator[Found]:
    if file.read(len(EMPTY) + 1).strip() == EMPTY:
        return
    file.seek(0)
    try:
        for row in read_json_rows(file, "request.json"):
            if isinstance(row, BadRow):
                yield Found(0, Refusal(row.reason, broken=True))
            else:
                for span in spans_of(row.value):
                    yield Found(row.size, _read(*span))
    except InputRefused as refused:
        raise BadBody(str(refused)) from None


def _in_protobuf(file: IO[bytes]) -> Iterator[Found]:
    from .protobuf import DecodeError, around_records, span_of  # for this alone

    try:
        with mapped(file) as body:
            for resource, scope, data in around_records(body, _FIELDS):
                if len(data) > MAX_BYTES:
                    yield Found(0, Refusal(TOO_LARGE))
                    continue
                try:
                    span = span_of(data)
                except (DecodeError, RecursionError):
                    yield Found(0, Refusal(NOT_READ, broken=True))
                else:
                    yield Found(len(data), _read(resource, scope, span))
    except (NotProtobuf, DecodeError):
        raise BadBody(NOT_PROTOBUF) from None
    except TooMany:
        raise BadBody(TOO_MANY) from None


def _read(
    resource: dict[str, Any], scope: dict[str, Any], span: dict[str, Any]
) -> OtlpSpan | Refusal:
    try:
        return read_span(resource, scope, span)
    except InputRefused as refused:
        return Refusal(str(refused))
