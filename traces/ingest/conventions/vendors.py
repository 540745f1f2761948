"""Other senders' own names, each in one table."""

from __future__ import annotations

from .genai import INSTRUCTIONS, OPERATIONS
from .openinference import KINDS
from .tables import Convention, Flattened, Half, Messages, Whole

TRACELOOP = Convention(  # OpenLLMetry
    inputs=(Flattened("gen_ai.prompt", role="user"), Whole("traceloop.entity.input", "input")),
    outputs=(
        Flattened("gen_ai.completion", role="assistant"),
        Whole("traceloop.entity.output", "output"),
    ),
    kinds={
        "traceloop.span.kind": {
            "workflow": "chain", "task": "chain", "agent": "agent", "tool": "tool",
        },
        "llm.request.type": {
            "chat": "llm", "completion": "llm", "embedding": "embedding", "rerank": "retriever",
        },
    },
    facts={
        "session_id": tuple(
            f"traceloop.association.properties.{name}"
            for name in ("session_id", "conversation_id", "thread_id")
        ),
        "user_id": ("traceloop.association.properties.user_id",),
    },
)  # fmt: skip

PYDANTIC_AI = Convention(
    inputs=(
        Half("pydantic_ai.all_messages", False, system=INSTRUCTIONS),
        Whole("tool_arguments", "arguments"),
    ),
    outputs=(
        Half("pydantic_ai.all_messages", True),
        Whole("final_result", "final_result"),
        Whole("tool_response", "result"),
    ),
)

LANGFUSE = Convention(
    inputs=(Whole("langfuse.observation.input", "input"), Whole("langfuse.trace.input", "input")),
    outputs=(
        Whole("langfuse.observation.output", "output"),
        Whole("langfuse.trace.output", "output"),
    ),
    kinds={"langfuse.observation.type": KINDS | {"generation": "llm", "span": "chain"}},
    facts={
        "model": ("langfuse.observation.model.name",),
        "tokens_in": ("langfuse.observation.usage_details.input",),
        "tokens_out": ("langfuse.observation.usage_details.output",),
        "cost": ("langfuse.observation.cost_details.total",),
        "session_id": ("langfuse.session.id",),
        "user_id": ("langfuse.user.id",),
        "tags": ("langfuse.trace.tags", "langfuse.tags"),
    },
)

MLFLOW = Convention(
    inputs=(Whole("mlflow.spanInputs", "input", always_json=True),),
    outputs=(Whole("mlflow.spanOutputs", "output", always_json=True),),
    kinds={"mlflow.spanType": KINDS | {"chat_model": "llm", "workflow": "chain", "task": "chain"}},
    facts={
        "model": ("mlflow.llm.model",),
        "tokens_in": ("mlflow.chat.tokenUsage.input_tokens",),
        "tokens_out": ("mlflow.chat.tokenUsage.output_tokens",),
        "cost": ("mlflow.llm.cost.total_cost",),
        "session_id": ("mlflow.trace.session",),
        "user_id": ("mlflow.trace.user",),
    },
)

GOOGLE_ADK = Convention(
    inputs=(
        Whole("gcp.vertex.agent.llm_request", "request"),
        Whole("gcp.vertex.agent.tool_call_args", "arguments"),
    ),
    outputs=(
        Whole("gcp.vertex.agent.llm_response", "response"),
        Whole("gcp.vertex.agent.tool_response", "result"),
    ),
    facts={"session_id": ("gcp.vertex.agent.session_id",)},
)

LIVEKIT = Convention(
    inputs=(
        Whole("lk.chat_ctx", "chat_ctx"),
        Whole("lk.user_transcript", "input"),
        Whole("lk.input_text", "input"),
        Whole("lk.function_tool.arguments", "arguments"),
    ),
    outputs=(
        Whole("lk.response.text", "output"),
        Whole("lk.function_tool.output", "result"),
    ),
)

LAMINAR = Convention(
    inputs=(Whole("lmnr.span.input", "input"),),
    outputs=(Whole("lmnr.span.output", "output"),),
    kinds={"lmnr.span.type": KINDS},
    facts={
        "session_id": ("lmnr.association.properties.session_id",),
        "user_id": ("lmnr.association.properties.user_id",),
    },
)

LANGSMITH = Convention(
    kinds={"langsmith.span.kind": KINDS | OPERATIONS},
    facts={
        "session_id": ("langsmith.trace.session_id", "langsmith.metadata.session_id"),
        "tags": ("langsmith.span.tags",),
    },
)

CLAUDE_CODE = Convention(kinds={"span.type": {"llm_request": "llm", "tool": "tool"}})

VOLTAGENT = Convention(
    inputs=(Messages("agent.messages"), Messages("llm.messages")),
    kinds={"span.type": KINDS},
)
