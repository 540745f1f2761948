"""Guess from a sample of rows what they are, and what each column of flat rows means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from traces.ingest.cleaning import InputRefused
from traces.ingest.conversations import fits_conversation, is_conversation, is_message


class Format(StrEnum):
    """How a row describes a trace."""

    OWN = "own"
    SPAN = "span"
    OTLP = "otlp"
    LANGSMITH = "langsmith"
    LANGFUSE = "langfuse"
    WEAVE = "weave"
    MLFLOW = "mlflow"
    INSPECT = "inspect"
    MESSAGES = "messages"
    FLAT = "flat"


class Role(StrEnum):
    """What a column of flat rows becomes."""

    ID = "id"
    NAME = "name"
    INPUT = "input"
    OUTPUT = "output"
    ATTRIBUTE = "attribute"
    IGNORED = "ignored"


SPAN_IDS = {"trace_id", "span_id"}
IDS_WITHIN = {*SPAN_IDS, "request_id"}  # of an object in a row, by which it is known
TABLES = (Format.FLAT, Format.MESSAGES)  # whose columns have roles
# Looked for in this order. Of other columns a conversation is one whose name says nothing else.
CONVERSATION_KEYS = (
    "messages", "contents", "conversations", "conversation", "traj", "trajectory", "history",
    "turns", "dialogue", "dialog", "chat",
)  # fmt: skip
SPAN_LISTS = ("resourceSpans", "resource_spans")

_OBSERVATIONS = {
    *("generation", "span", "event", "agent", "tool", "chain", "retriever", "embedding"),
    *("evaluator", "guardrail"),
}
_OF_LANGFUSE = {
    *("userId", "sessionId", "user_id", "session_id", "release", "version", "bookmarked", "public"),
    *("environment", "observationCount", "inputCost", "outputCost", "totalCost", "projectId"),
    *("project_id", "htmlPath"),
}
_OF_MLFLOW = {  # and not of our own format
    *("request_time", "timestamp_ms", "request_metadata", "trace_metadata", "client_request_id"),
    *("execution_time_ms", "execution_duration", "execution_duration_ms", "request_preview"),
}
_BESIDE_MESSAGES = {
    "trace_id": Role.ID,
    "id": Role.ID,
    "name": Role.NAME,
    "system": Role.INPUT,
}
_WRAPPERS = {"data", "rows", "traces", "items", "records", "examples", "results", "runs"}
_KNOWN = {
    Role.ID: "trace_id id uuid uid guid example_id record_id row_id request_id run_id",
    Role.NAME: "name title trace_name",
    Role.INPUT: "question questions prompt input inputs query instruction instructions context "
    "system system_prompt user user_message user_input user_query human request problem passage "
    "document documents article",
    Role.OUTPUT: "answer answers output outputs response responses completion completions "
    "prediction predictions generation generations generated_text reply assistant "
    "assistant_message bot solution solutions chosen rejected choices candidates",
    Role.ATTRIBUTE: "ground_truth expected reference references label labels score scores correct "
    "is_correct gold target rating reward split category source metadata tags tag model "
    "model_name difficulty topic language lang timestamp created created_at start end start_time "
    "end_time date time session_id user_id thread_id conversation_id status error latency_ms "
    "duration_ms tokens usage cost object system_fingerprint service_tier usage_metadata",
}
_ROLES = {name: role for role, names in _KNOWN.items() for name in names.split()}
_ATTRIBUTE_PREFIXES = ("expected_", "reference_", "gold_", "correct_", "true_", "is_", "has_")
_LAST_WORDS = {
    *("question", "prompt", "input", "query"),
    *("answer", "output", "response", "completion", "prediction", "generation", "solution"),
}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


def conversation_key(row: Mapping[str, Any]) -> str | None:
    """The key under which a row keeps its conversation."""
    for key in CONVERSATION_KEYS:
        if fits_conversation(row.get(key), key):
            return key
    others = (key for key, value in row.items() if isinstance(value, list) and not known_role(key))
    return next((key for key in others if is_conversation(row[key], key)), None)


def known_role(column: str) -> Role | None:
    """The role a column's name alone suggests: by the whole name, else by how it begins or ends."""
    name = _NOT_A_WORD.sub("_", _HUMP.sub("_", column).lower()).strip("_")
    if name in _ROLES:
        return _ROLES[name]
    if name.startswith(_ATTRIBUTE_PREFIXES):
        return Role.ATTRIBUTE
    last_word = name.rpartition("_")[2]
    return _ROLES[last_word] if last_word in _LAST_WORDS else None


def role_beside_messages(column: str) -> Role:
    """The role of a column beside a list of messages.

    A system text and an answer kept there belong to the conversation.
    """
    if column in _BESIDE_MESSAGES:
        return _BESIDE_MESSAGES[column]
    return Role.OUTPUT if known_role(column) is Role.OUTPUT else Role.ATTRIBUTE


def format_of(row: Mapping[str, Any]) -> Format:
    """What one row is. A span has two ids; ours has spans, or inputs and outputs as objects."""
    if any(isinstance(row.get(key), list) for key in SPAN_LISTS):
        return Format.OTLP
    for format, is_one in _EXPORTS.items():
        if is_one(row):
            return format
    if "context.trace_id" in row and "context.span_id" in row:
        return Format.SPAN
    context = row.get("context")
    if any(ids.keys() >= SPAN_IDS for ids in (row, context) if isinstance(ids, Mapping)):
        return Format.SPAN
    objects = sum(isinstance(row.get(key), dict) for key in ("inputs", "outputs"))
    if "spans" in row or objects == 2 or (objects == 1 and "trace_id" in row):
        return Format.OWN
    return Format.MESSAGES if conversation_key(row) else Format.FLAT


def is_observation(row: Mapping[str, Any]) -> bool:
    """Whether a row is one observation of a trace, as Langfuse exports it."""
    kind = row.get("type")
    in_a_trace = "id" in row and ("traceId" in row or "trace_id" in row)
    return in_a_trace and isinstance(kind, str) and kind.lower() in _OBSERVATIONS


def _is_langsmith(row: Mapping[str, Any]) -> bool:
    return "run_type" in row and ("id" in row or "dotted_order" in row)


def _is_weave(row: Mapping[str, Any]) -> bool:
    return row.keys() >= {"id", "op_name"} and bool(row.keys() & {"trace_id", "started_at"})


def _is_mlflow(row: Mapping[str, Any]) -> bool:
    """A trace as JSON, alone or as a column, or what MLflow's search gives of it in columns."""
    info = row.get("info")
    if isinstance(info, Mapping) and "data" in row:
        return bool(info.keys() & {"trace_id", "request_id"})
    has_id = bool(row.keys() & {"trace_id", "request_id"})
    return has_id and bool(row.keys() & _OF_MLFLOW) and bool(row.keys() & {"spans", "trace"})


def _is_sample(row: Mapping[str, Any]) -> bool:
    """Of a log of Inspect."""
    return row.keys() >= {"id", "epoch", "target"} and bool(row.keys() & {"messages", "output"})


def is_inspect_log(content: Mapping[str, Any]) -> bool:
    """Whether an object is the log of an evaluation by Inspect, around its samples."""
    return isinstance(content.get("eval"), Mapping) and "status" in content


def _is_langfuse(row: Mapping[str, Any]) -> bool:
    if isinstance(row.get("observations"), list):
        return isinstance(row.get("trace"), dict) or ("id" in row and "timestamp" in row)
    if row.keys() >= {"id", "timestamp"} and row.keys() & {"input", "output"}:
        return len(row.keys() & _OF_LANGFUSE) > 1  # a table of traces
    return is_observation(row)


_EXPORTS: Mapping[Format, Callable[[Mapping[str, Any]], bool]] = {
    Format.LANGSMITH: _is_langsmith,
    Format.LANGFUSE: _is_langfuse,
    Format.WEAVE: _is_weave,
    Format.MLFLOW: _is_mlflow,
    Format.INSPECT: _is_sample,
}


def detect(rows: Iterable[Mapping[str, Any]]) -> Format:
    """What most rows of a sample are; of an empty sample, flat."""
    counts = Counter(map(format_of, rows))
    return counts.most_common(1)[0][0] if counts else Format.FLAT


def holds_rows(content: Mapping[str, Any], key: str) -> bool:
    """Whether an object is only a wrapper around a list of rows under `key`."""
    value = content[key]
    if format_of(content) is not Format.FLAT or not isinstance(value, list):
        return False
    if any(map(is_message, value)) or (key in CONVERSATION_KEYS and len(content) > 1):
        return False
    if value and not any(isinstance(item, dict) for item in value):
        return False
    if len(content) == 1:
        return bool(value) or key in _WRAPPERS
    others = [other for other in content if other != key]
    speaks = any(known_role(other) in (Role.INPUT, Role.OUTPUT) for other in others)
    return key in _WRAPPERS and not speaks


def default_mapping(
    rows: Sequence[Mapping[str, Any]], format: Format = Format.FLAT
) -> dict[str, Role]:
    """A role for every column of a sample, in order of first appearance.

    Of rows with messages: the columns beside these; of rows that are no table: none. A column
    is an id only if every row of the sample has its own, so a larger sample is a safer one.
    """
    columns = dict.fromkeys(column for row in rows for column in row)
    if format not in TABLES:
        return {}
    if format == Format.MESSAGES:
        lists = {conversation_key(row) for row in rows}
        mapping = {name: role_beside_messages(name) for name in columns if name not in lists}
    else:
        mapping = _flat_roles(rows, columns)
    for role in (Role.ID, Role.NAME):
        _keep_first(mapping, role, rows)
    return mapping


def _flat_roles(rows: Sequence[Mapping[str, Any]], columns: Iterable[str]) -> dict[str, Role]:
    """Names decide. Where none speaks of an output, other texts and objects become outputs."""
    known = {column: known_role(column) for column in columns}
    other = Role.ATTRIBUTE if Role.OUTPUT in known.values() else Role.OUTPUT
    return {
        column: role or (other if _is_readable(rows, column) else Role.ATTRIBUTE)
        for column, role in known.items()
    }


def parse_mapping(chosen: Mapping[str, str], format: Format = Format.FLAT) -> dict[str, Role]:
    """Check a mapping chosen by a user. Raises InputRefused."""
    try:
        mapping = {column: Role(role) for column, role in chosen.items()}
    except ValueError:
        raise InputRefused(f"A column must be one of: {', '.join(Role)}.") from None
    counts = Counter(mapping.values())
    for role in (Role.ID, Role.NAME):
        if counts[role] > 1:
            raise InputRefused(f"Only one column can be the {role}.")
    if format is Format.FLAT and not counts[Role.INPUT] and not counts[Role.OUTPUT]:
        raise InputRefused("Choose at least one column as input or output.")
    return mapping


def _keep_first(mapping: dict[str, Role], role: Role, rows: Sequence[Mapping[str, Any]]) -> None:
    """Leave `role` to the first column that fits it; the others become attributes."""
    taken = False
    for column in [column for column in mapping if mapping[column] is role]:
        fits = not taken and (role is Role.NAME or _is_unique(rows, column))
        mapping[column] = role if fits else Role.ATTRIBUTE
        taken = taken or fits


def _is_unique(rows: Sequence[Mapping[str, Any]], column: str) -> bool:
    values = [row.get(column) for row in rows]
    texts = {str(value) for value in values if isinstance(value, str | int) and value != ""}
    return len(texts) == len(values)


def _is_readable(rows: Sequence[Mapping[str, Any]], column: str) -> bool:
    return any(isinstance(row.get(column), str | dict | list) for row in rows)
