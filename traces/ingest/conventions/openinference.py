"""OpenInference, as Phoenix and many instrumentations write it."""

from __future__ import annotations

from .tables import Convention, Flattened, Whole

KINDS = {
    "llm": "llm",
    "embedding": "embedding",
    "chain": "chain",
    "retriever": "retriever",
    "reranker": "retriever",
    "tool": "tool",
    "agent": "agent",
    "guardrail": "other",
    "evaluator": "other",
    "prompt": "other",
}

OPENINFERENCE = Convention(
    inputs=(Flattened("llm.input_messages", inner="message", role="user"),),
    outputs=(
        Flattened("llm.output_messages", inner="message", role="assistant"),
        Flattened("retrieval.documents", "documents", inner="document", unwrap=True),
    ),
    kinds={"openinference.span.kind": KINDS},
    facts={
        "model": ("llm.model_name", "llm.response.model_name", "llm.request.model_name"),
        "tokens_in": ("llm.token_count.prompt",),
        "tokens_out": ("llm.token_count.completion",),
        "cost": ("llm.cost.total",),
        "session_id": ("session.id",),
        "user_id": ("user.id",),
        "tags": ("tag.tags",),
    },
)
# The last that is trusted: many senders write these beside better ones.
VALUES = Convention(
    inputs=(Whole("input.value", "input"),), outputs=(Whole("output.value", "output"),)
)
