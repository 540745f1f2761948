"""Vercel's AI SDK before version 7, which names things by OpenTelemetry's conventions since."""

from __future__ import annotations

from typing import Any

from traces.ingest.json_text import opened

from .tables import Convention, Messages, Put, Whole

_ANSWERS = (
    "ai.response.reasoning", "ai.response.text", "ai.response.object", "ai.response.toolCalls",
    "ai.result.text", "ai.result.object", "ai.result.toolCalls",
)  # fmt: skip


def _answer(given: dict[str, Any]) -> dict[str, Any]:
    """What was answered, as one of the SDK's own messages."""
    said = {key.rpartition(".")[2]: value for key, value in given.items()}
    if "object" in said and "text" not in said:
        answer = opened(said["object"])
        return answer if isinstance(answer, dict) else {"object": answer}
    calls = opened(said.get("toolCalls"))
    parts = [
        {"type": kind, "text": said[kind]} for kind in ("reasoning", "text") if kind in said
    ] + [
        {"type": "tool-call", **call} for call in calls or () if isinstance(call, dict)
    ]  # fmt: skip
    alone = len(parts) == 1 and parts[0]["type"] == "text"
    content = parts[0]["text"] if alone else parts
    return {"messages": [{"role": "assistant", "content": content}]} if parts else {}


VERCEL = Convention(
    inputs=(
        Messages("ai.prompt.messages"),
        Whole("ai.prompt", "prompt"),
        Whole("ai.toolCall.args", "arguments"),
        Whole("ai.value", "value"),
        Whole("ai.values", "values"),
    ),
    outputs=(
        Put(_ANSWERS, _answer),
        Whole("ai.toolCall.result", "result"),
        Whole("ai.embedding", "embedding"),
    ),
    kinds={
        "ai.operationId": {
            "ai.generatetext": "agent",
            "ai.streamtext": "agent",
            "ai.generateobject": "agent",
            "ai.streamobject": "agent",
            "ai.generatetext.dogenerate": "llm",
            "ai.streamtext.dostream": "llm",
            "ai.generateobject.dogenerate": "llm",
            "ai.streamobject.dostream": "llm",
            "ai.toolcall": "tool",
            "ai.embed": "embedding",
            "ai.embedmany": "embedding",
            "ai.embed.doembed": "embedding",
            "ai.embedmany.doembed": "embedding",
        }
    },
    facts={
        "model": ("ai.response.model", "ai.model.id"),
        "tokens_in": ("ai.usage.inputTokens", "ai.usage.promptTokens"),
        "tokens_out": ("ai.usage.outputTokens", "ai.usage.completionTokens"),
        "session_id": ("ai.telemetry.metadata.sessionId",),
        "user_id": ("ai.telemetry.metadata.userId",),
        "tags": ("ai.telemetry.metadata.tags",),
    },
)
