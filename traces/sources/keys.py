"""Keys of sources as text: `<trace>`, `<trace>/<span id>`, `<session id>`, `<row>`. Pure.

Of a trace and a row they are our ids, of a span the trace's and the sender's, of a session the
sender's alone. No key changes when more of the source arrives.
"""

from uuid import UUID

from annotate_site.form_data import ROW_ID, whole_number

from .source import LONGEST_KEY, SourceKind

LONGEST_SPAN_ID = 64


def read_id(key: str) -> UUID | None:
    """None for what is no id."""
    try:
        return UUID(key)
    except ValueError:
        return None


def read_row_id(key: str) -> int | None:
    return whole_number(key, most=ROW_ID)


def span_key(trace: UUID, span_id: str) -> str:
    return f"{trace}/{span_id}"


def split_span_key(key: str) -> tuple[UUID, str] | None:
    """None for what no span has as its key."""
    trace, slash, span_id = key.partition("/")
    pk = read_id(trace)
    sound = slash and span_id and "\x00" not in span_id and len(span_id) <= LONGEST_SPAN_ID
    return (pk, span_id) if pk and sound else None


def read_key(kind: SourceKind, text: str) -> str | None:
    """The key as it is stored; None for what cannot be one of this kind."""
    match kind:
        case SourceKind.TRACE:
            return str(pk) if (pk := read_id(text)) else None
        case SourceKind.SPAN:
            return span_key(*found) if (found := split_span_key(text)) else None
        case SourceKind.SESSION:
            return text if 0 < len(text) <= LONGEST_KEY and "\x00" not in text else None
        case SourceKind.DATASET_ROW:
            return str(row) if (row := read_row_id(text)) is not None else None
