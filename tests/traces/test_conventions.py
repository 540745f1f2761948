"""What spans of each convention mean, in small inputs of our own wording."""

import json
from typing import Any

import pytest

from traces.ingest.conventions import CONVENTIONS, meaning_of

USER = {"role": "user", "content": "Do you have rye bread?"}
SAID = {"role": "assistant", "content": "Two loaves are left."}
ASKED_PARTS = {"role": "user", "parts": [{"type": "text", "content": "Rye?"}]}
SAID_PARTS = {"role": "assistant", "parts": [{"type": "text", "content": "Two."}]}
RULES = [{"type": "text", "content": "Sell bread."}]


def chat(asked: list[Any], said: list[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"messages": asked}, {"messages": said}


CASES: dict[str, tuple[dict[str, Any], tuple[Any, Any], str]] = {
    "genai": (
        {"gen_ai.operation.name": "chat", "gen_ai.input.messages": json.dumps([ASKED_PARTS]),
         "gen_ai.output.messages": [SAID_PARTS],
         "gen_ai.system_instructions": json.dumps(RULES)},
        chat([{"role": "system", "parts": RULES}, ASKED_PARTS], [SAID_PARTS]), "llm",
    ),
    "genai tool": (
        {"gen_ai.operation.name": "execute_tool",
         "gen_ai.tool.call.arguments": '{"flour": "rye"}', "gen_ai.tool.call.result": "2 left"},
        ({"flour": "rye"}, {"result": "2 left"}), "tool",
    ),
    "genai written twice": (
        {"gen_ai.input.messages": json.dumps(json.dumps([ASKED_PARTS])),
         "gen_ai.operation.name": '"invoke_agent"'},
        ({"messages": [ASKED_PARTS]}, {}), "agent",
    ),
    "openinference": (
        {"openinference.span.kind": "LLM", "llm.input_messages.0.message.role": "user",
         "llm.input_messages.0.message.content": "Do you have rye bread?",
         "llm.output_messages.0.message.role": "assistant",
         "llm.output_messages.0.message.content": "Two loaves are left.",
         "input.value": "the same again"},
        chat([{"message": USER}], [{"message": SAID}]), "llm",
    ),
    "openinference nested": (
        {"openinference": {"span": {"kind": "LLM"}},
         "llm": {"input_messages": [{"message": USER}], "model_name": "m"}},
        ({"messages": [{"message": USER}]}, {}), "llm",
    ),
    "openinference retriever": (
        {"openinference.span.kind": "RETRIEVER", "input.value": "rye",
         "retrieval.documents.0.document.content": "Rye, 2 loaves",
         "retrieval.documents.0.document.score": 0.9},
        ({"input": "rye"}, {"documents": [{"content": "Rye, 2 loaves", "score": 0.9}]}),
        "retriever",
    ),
    "traceloop": (
        {"llm.request.type": "chat", "gen_ai.prompt.0.role": "user",
         "gen_ai.prompt.0.content": "Do you have rye bread?",
         "gen_ai.completion.0.content": "Two loaves are left."},
        chat([USER], [SAID]), "llm",
    ),
    "traceloop entity": (
        {"traceloop.span.kind": "workflow", "traceloop.entity.input": '{"q": "rye"}',
         "traceloop.entity.output": '{"a": "two"}'},
        ({"q": "rye"}, {"a": "two"}), "chain",
    ),
    "vercel": (
        {"ai.operationId": "ai.generateText.doGenerate",
         "ai.prompt.messages": json.dumps([USER]), "ai.response.text": "Two loaves are left."},
        chat([USER], [SAID]), "llm",
    ),
    "vercel tool": (
        {"ai.operationId": "ai.toolCall", "ai.toolCall.args": '{"flour": "rye"}',
         "ai.toolCall.result": '{"left": 2}'},
        ({"flour": "rye"}, {"left": 2}), "tool",
    ),
    "spring": (
        {"gen_ai.prompt": "Rye?", "gen_ai.completion": "Two."},
        ({"prompt": "Rye?"}, {"completion": "Two."}), "",
    ),
    "pydantic-ai's instructions": (
        {"pydantic_ai.all_messages": json.dumps([ASKED_PARTS, SAID_PARTS]),
         "gen_ai.system_instructions": json.dumps(RULES)},
        chat([{"role": "system", "parts": RULES}, ASKED_PARTS], [SAID_PARTS]), "",
    ),
    "instructions alone": (
        {"gen_ai.system_instructions": json.dumps(RULES), "output.value": "Two."},
        ({"messages": [{"role": "system", "parts": RULES}]}, {"output": "Two."}), "",
    ),
    "pydantic-ai": (
        {"pydantic_ai.all_messages": json.dumps([ASKED_PARTS, SAID_PARTS])},
        chat([ASKED_PARTS], [SAID_PARTS]), "",
    ),
    "langfuse": (
        {"langfuse.observation.type": "generation",
         "langfuse.observation.input": json.dumps([USER]),
         "langfuse.observation.output": json.dumps(SAID)},
        chat([USER], [SAID]), "llm",
    ),
    "mlflow": (
        {"mlflow.spanType": '"CHAT_MODEL"', "mlflow.spanInputs": json.dumps({"messages": [USER]}),
         "mlflow.spanOutputs": '"Two loaves are left."'},
        ({"messages": [USER]}, {"output": "Two loaves are left."}), "llm",
    ),
    "adk": (
        {"gcp.vertex.agent.llm_request": '{"contents": []}',
         "gcp.vertex.agent.llm_response": '{"text": "Two."}'},
        ({"contents": []}, {"text": "Two."}), "",
    ),
    "livekit": (
        {"lk.user_transcript": "Rye?", "lk.response.text": "Two."},
        ({"input": "Rye?"}, {"output": "Two."}), "",
    ),
    "laminar": (
        {"lmnr.span.type": "LLM", "lmnr.span.input": json.dumps([USER])},
        ({"messages": [USER]}, {}), "llm",
    ),
    "voltagent": ({"llm.messages": json.dumps([USER])}, ({"messages": [USER]}, {}), ""),
    "claude code": ({"span.type": "tool"}, ({}, {}), "tool"),
    "langsmith": ({"langsmith.span.kind": "retriever"}, ({}, {}), "retriever"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_content_and_kind_are_found(name: str) -> None:
    attributes, sides, kind = CASES[name]
    found = meaning_of(attributes | {"shop": "corner"})
    assert (found.inputs, found.outputs) == sides
    assert found.kind == kind
    assert found.rest["shop"] == "corner"


def test_each_convention_has_a_case() -> None:
    whole = [attributes for attributes, _, _ in CASES.values()]
    for convention in CONVENTIONS:
        sources = (*convention.inputs, *convention.outputs)
        kinds = convention.kinds
        assert any(
            any(source.find(attributes) for source in sources) or kinds.keys() & attributes.keys()
            for attributes in whole
        ), convention


@pytest.mark.parametrize(
    ("attributes", "facts"),
    [
        ({"gen_ai.request.model": "a", "gen_ai.response.model": "b"}, {"model": "b"}),
        ({"gen_ai.usage.input_tokens": 5, "llm.token_count.prompt": 6}, {"tokens_in": 5}),
        ({"gen_ai.usage.completion_tokens": "7"}, {"tokens_out": "7"}),
        ({"gen_ai.conversation.id": "c", "session.id": "s"}, {"session_id": "c"}),
        ({"llm.cost.total": 0.5, "user.id": "u"}, {"cost": 0.5, "user_id": "u"}),
        ({"ai.usage.promptTokens": 3, "ai.model.id": "m"}, {"tokens_in": 3, "model": "m"}),
        ({"traceloop.association.properties.user_id": "u"}, {"user_id": "u"}),
        ({"langfuse.observation.usage_details": '{"input": 4, "output": 2}'},
         {"tokens_in": 4, "tokens_out": 2}),
        ({"mlflow.chat.tokenUsage": '{"input_tokens": 9}'}, {"tokens_in": 9}),
        ({"tag.tags": ["a", "b"]}, {"tags": ["a", "b"]}),
        ({"gen_ai.request.model": ""}, {}),
    ],
)  # fmt: skip
def test_facts_are_told_by_the_name_that_is_trusted_most(
    attributes: dict[str, Any], facts: dict[str, Any]
) -> None:
    found = meaning_of(attributes)
    assert found.facts == facts
    assert found.rest == attributes  # they tell more than one column does


def test_what_inputs_and_outputs_were_made_of_is_no_attribute_and_all_else_is() -> None:
    told = CASES["openinference"][0] | {"llm": {"system": "s"}}
    assert set(meaning_of(told).rest) == {"openinference.span.kind", "input.value", "llm"}
    nested = CASES["openinference nested"][0]
    assert meaning_of(nested).rest["llm"] == {"model_name": "m"}


def test_content_that_is_in_events_alone_is_found() -> None:
    details = {"name": "gen_ai.client.inference.operation.details",
               "attributes": {"gen_ai.input.messages": [ASKED_PARTS],
                              "gen_ai.output.messages": [SAID_PARTS]}}  # fmt: skip
    found = meaning_of({}, [details])
    assert (found.inputs, found.outputs) == chat([ASKED_PARTS], [SAID_PARTS])
    events = [
        {"name": "gen_ai.user.message", "attributes": {"content": "Do you have rye bread?"}},
        {"name": "gen_ai.choice", "attributes": {"gen_ai.event.content": json.dumps(
            {"index": 0, "message": {"content": "Two loaves are left."}})}},
    ]  # fmt: skip
    found = meaning_of({}, events)
    assert (found.inputs, found.outputs) == chat([USER], [SAID])


KEYS = {key for attributes, _, _ in CASES.values() for key in attributes}


@pytest.mark.parametrize("value", [None, 5, "[", "{}", [], [None, 3], {"0": {}}, '"', True, "\\"])
def test_odd_values_raise_nothing(value: Any) -> None:
    for key in KEYS:
        meaning_of({key: value, f"{key}.0": value, f"{key}.x.y": value})


@pytest.mark.parametrize(
    "value",
    ["kept", {"0": {"1": "kept"}}, [None, "kept"], ["kept"], '"kept', '["kept"', '{"a": "kept"}'],
)
def test_whatever_is_said_is_in_inputs_or_outputs_or_attributes(value: Any) -> None:
    for key in KEYS:
        for attributes in ({key: value}, {f"{key}.0": value}, {f"{key}.0.x": value}):
            found = meaning_of(attributes)
            assert "kept" in json.dumps([found.inputs, found.outputs, found.rest]), attributes
