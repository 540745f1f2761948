"""A request's records, in either encoding; one that cannot be taken costs itself alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Generic, NamedTuple, TypeVar

from annotate_site.rpc_status import JSON
from traces.ingest.cleaning import DECODER, InputRefused, clean_json
from traces.ingest.records import BadRow, Row
from traces.ingest.rows import read_json_rows
from traces.ingest.scanner import MAX_BYTES, TOO_LARGE

from .bodies import mapped
from .errors import BadBody, TooLargeUnpacked
from .wire import NotProtobuf, TooMany

T = TypeVar("T")
Object = dict[str, Any]
Around = tuple[Object, Object, Object]  # resource, scope, and a record with names in camel case

MOST = 50_000
EMPTY = b"{}"
MOST_JSON = 16 * 1024 * 1024  # of a request that is read whole
NOT_JSON = "The body is no request in JSON."
BATCH_BYTES = 8 * 1024 * 1024  # of one transaction, as much as its memory may hold

_FIELDS = 3 * MOST  # each record is passed twice


@dataclass(frozen=True)
class Format(Generic[T]):
    """What a request holds: the name of its message, what one record is called, the rows of JSON
    and the records of a row, which function of `.protobuf` reads one, and what becomes of it (or
    InputRefused).
    """

    message: str
    record: str
    rows: Callable[[IO[bytes]], Iterator[Row | BadRow]]
    of_json: Callable[[Object], Iterator[Around]]
    of_protobuf: str
    read: Callable[[Object, Object, Object], T]


class Refusal(NamedTuple):
    """Why a record was not taken; `broken`: its text could not be read."""

    reason: str
    broken: bool = False


class Found(NamedTuple):
    """`size`: bytes."""

    size: int
    record: Around | Refusal


@dataclass
class Refused:
    """Records that were not taken: how many, and why, each reason once."""

    count: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, reason: str, count: int = 1) -> None:
        self.count += count
        if reason not in self.reasons:
            self.reasons.append(reason)


def read_batches(
    file: IO[bytes], content_type: str, format: Format[T], refused: Refused
) -> Iterator[list[T]]:
    """The records, as many at a time as one transaction may have; others are added to `refused`.

    Raises BadBody for what is no request.
    """
    batch: list[T] = []
    size = count = broken = 0
    for one in (_in_json if content_type == JSON else _in_protobuf)(file, format):
        count, size = count + 1, size + one.size
        if count > MOST:
            raise BadBody(_too_many(format))
        taken = _read(one.record, format)
        if isinstance(taken, Refusal):
            refused.add(taken.reason)
            broken += taken.broken
            continue
        batch.append(taken)
        if size > BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if count and broken == count:
        raise BadBody(refused.reasons[0])
    if batch:
        yield batch


def cut_json(file: IO[bytes]) -> Iterator[Row | BadRow]:
    """A request of spans, each in a row of its own, as its bytes are read."""
    return read_json_rows(file, "request.json")


def whole_json(file: IO[bytes]) -> Iterator[Row | BadRow]:
    """Any request as one row. Raises InputRefused and TooLargeUnpacked."""
    data = file.read(MOST_JSON + 1)
    if len(data) > MOST_JSON:
        raise TooLargeUnpacked(MOST_JSON)
    try:
        value, cleaned = clean_json(DECODER.decode(data.decode()))
    except (ValueError, RecursionError):
        raise InputRefused(NOT_JSON) from None
    if not isinstance(value, dict):
        raise InputRefused(NOT_JSON)
    yield Row(1, value, cleaned, len(data), len(data))


def _in_json(file: IO[bytes], format: Format[T]) -> Iterator[Found]:
    if file.read(len(EMPTY) + 1).strip() == EMPTY:
        return
    file.seek(0)
    try:
        for row in format.rows(file):
            if isinstance(row, BadRow):
                yield Found(0, Refusal(row.reason, broken=True))
            else:
                found = list(format.of_json(row.value))
                yield from (Found(row.size // len(found), one) for one in found)
    except InputRefused as refused:
        raise BadBody(str(refused)) from None


def _in_protobuf(file: IO[bytes], format: Format[T]) -> Iterator[Found]:
    from . import protobuf  # for this alone

    decode = getattr(protobuf, format.of_protobuf)
    try:
        with mapped(file) as body:
            for resource, scope, data in protobuf.around_records(body, _FIELDS):
                if len(data) > MAX_BYTES:
                    yield Found(0, Refusal(TOO_LARGE))
                    continue
                try:
                    record = decode(data)
                except (protobuf.DecodeError, RecursionError):
                    reason = f"A {format.record} is not valid protobuf, or nested too deep."
                    yield Found(0, Refusal(reason, broken=True))
                else:
                    yield Found(len(data), (resource, scope, record))
    except (NotProtobuf, protobuf.DecodeError):
        raise BadBody(f"The body is no {format.message} in protobuf.") from None
    except TooMany:
        raise BadBody(_too_many(format)) from None


def _too_many(format: Format[T]) -> str:
    return f"It holds more than {MOST:,} {format.record}s."


def _read(record: Around | Refusal, format: Format[T]) -> T | Refusal:
    if isinstance(record, Refusal):
        return record
    try:
        return format.read(*record)
    except InputRefused as refused:
        return Refusal(str(refused))
