"""OpenTelemetry's conventions for GenAI, the names of today and older ones."""

from __future__ import annotations

from typing import Any

from .tables import Convention, Instructions, Messages, Whole

_LLM, _TOOL = "llm", "tool"

OPERATIONS = {
    "chat": _LLM,
    "generate_content": _LLM,
    "text_completion": _LLM,
    "embeddings": "embedding",
    "retrieval": "retriever",
    "search_memory": "retriever",
    "create_agent": "agent",
    "invoke_agent": "agent",
    "invoke_workflow": "chain",
    "plan": "chain",
    "execute_tool": _TOOL,
    "create_memory": _TOOL,
    "update_memory": _TOOL,
    "upsert_memory": _TOOL,
    "delete_memory": _TOOL,
    "create_memory_store": _TOOL,
    "delete_memory_store": _TOOL,
}

INSTRUCTIONS = "gen_ai.system_instructions"

GENAI = Convention(
    inputs=(
        Messages("gen_ai.input.messages", system=INSTRUCTIONS),
        Whole("gen_ai.tool.call.arguments", "arguments"),
        Whole("gen_ai.retrieval.query.text", "query"),
        Whole("gen_ai.memory.query.text", "query"),
    ),
    outputs=(
        Messages("gen_ai.output.messages"),
        Whole("gen_ai.tool.call.result", "result"),
        Whole("gen_ai.retrieval.documents", "documents"),
        Whole("gen_ai.memory.records", "records"),
    ),
    kinds={"gen_ai.operation.name": OPERATIONS},
    facts={
        "model": ("gen_ai.response.model", "gen_ai.request.model"),
        "tokens_in": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
        "tokens_out": ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
        "cost": ("gen_ai.usage.cost", "gen_ai.usage.total_cost", "operation.cost"),
        "session_id": ("gen_ai.conversation.id", "session.id"),
        "user_id": ("user.id", "enduser.id"),
    },
)
# Content in attributes of their own, of before 1.37; a span event of that time has them too.
GENAI_PROMPT = Convention(
    inputs=(Whole("gen_ai.prompt", "prompt"),), outputs=(Whole("gen_ai.completion", "completion"),)
)
# After all others, of which some have these beside messages of their own.
ALONE = Convention(inputs=(Instructions(INSTRUCTIONS),))

DETAILS = "gen_ai.client.inference.operation.details"
CONTENT_EVENTS = {DETAILS, "gen_ai.content.prompt", "gen_ai.content.completion"}
CHOICE = "gen_ai.choice"
MESSAGE_EVENTS = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
    CHOICE: "assistant",
}


def message_of_event(name: str, said: dict[str, Any]) -> dict[str, Any]:
    """The chat message that an event of before 1.37 tells, from its body or its attributes."""
    inner = said.get("message")
    message = inner if isinstance(inner, dict) else said
    known = {key: value for key, value in message.items() if not key.startswith("gen_ai.")}
    return {"role": MESSAGE_EVENTS[name]} | known
