"""Small files of each kind that the upload page takes."""

import json
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from traces.ingest.records import BadRow, Row
from traces.ingest.rows import read_rows

MARKUP = "<script>alert(1)</script>"


def conversation(number: int = 1, **more: Any) -> dict[str, Any]:
    """A run of a tool-using agent: system, user, a call with its result, an answer."""
    call = {
        "id": f"call-{number}",
        "type": "function",
        "function": {"name": "find_order", "arguments": json.dumps({"order_id": number})},
    }
    return {
        "task": number,
        "messages": [
            {"role": "system", "content": "You answer questions about orders."},
            {"role": "user", "content": f"Where is order {number}?"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": f"call-{number}", "content": '{"state": "sent"}'},
            {"role": "assistant", "content": f"Order {number} was **sent**."},
        ],
        **more,
    }


def flat(number: int = 1, **more: Any) -> dict[str, Any]:
    """A row of columns, as a table of questions and answers has them."""
    return {
        "question": f"What is {number} + {number}?",
        "ground_truth": str(2 * number),
        "model_a": {"solution": f"It is {2 * number}.", "is_correct": True},
        **more,
    }


def own(number: int = 1, **more: Any) -> dict[str, Any]:
    """A trace in our own format, with two spans."""
    return {
        "trace_id": f"own-{number}",
        "name": f"run {number}",
        "start": "2026-03-01T10:00:00Z",
        "end": "2026-03-01T10:00:02.5Z",
        "status": "ok",
        "model": "small-1",
        "tokens_in": 1200,
        "tokens_out": 35,
        "inputs": {"question": f"Question {number}"},
        "outputs": {"answer": f"Answer {number}"},
        "attributes": {"items": "an attribute called items", "channel": "chat"},
        "spans": [
            {"span_id": "a", "name": "answer", "kind": "llm"},
            {"span_id": "b", "parent_id": "a", "name": "look up", "kind": "tool"},
        ],
        **more,
    }


def json_file(rows: list[Any], name: str = "runs.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, json.dumps(rows).encode(), "application/json")


def jsonl_file(rows: list[Any], name: str = "runs.jsonl") -> SimpleUploadedFile:
    """Rows that are text already are written as they are, to make broken lines."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    return SimpleUploadedFile(name, "\n".join(lines).encode(), "application/x-ndjson")


def stream(file: SimpleUploadedFile) -> BytesIO:
    return BytesIO(file.read())


def read_bytes(data: bytes | str, name: str = "file") -> list[Row | BadRow]:
    raw = data.encode() if isinstance(data, str) else data
    return list(read_rows(BytesIO(raw), name))


def values(data: bytes | str, name: str = "file") -> list[dict[str, Any]]:
    rows = read_bytes(data, name)
    assert all(isinstance(row, Row) for row in rows), rows
    return [row.value for row in rows if isinstance(row, Row)]


def reasons(rows: list[Row | BadRow]) -> dict[int, str]:
    return {row.number: row.reason for row in rows if isinstance(row, BadRow)}
