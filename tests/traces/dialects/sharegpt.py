"""ShareGPT's messages, with the calls and observations that LLaMA-Factory added."""

from traces.reading.conversation import Message, Text, ToolCall, ToolResponse, Unknown

from .case import Case, assistant, user

ASK = {"from": "human", "value": "Is the ferry late?"}
YES = {"from": "gpt", "value": "Yes."}
QUESTION = user("Is the ferry late?")
CALL = {"from": "function_call", "value": '{"name": "ferry", "arguments": {"line": 7}}'}
CALLED = Message("assistant", [ToolCall("", "ferry", {"line": 7})])


def said(*messages: object) -> dict[str, object]:
    return {"conversations": list(messages)}


CASES = [
    Case("question and answer", {"id": "s1", **said(ASK, YES)}, [QUESTION, assistant("Yes.")],
         {"id": "s1"}),
    Case("the half with the answer", said(YES), [assistant("Yes.")]),
    Case("one message alone", {"chosen_answer": YES}, [assistant("Yes.")]),
    Case("a call and what was observed",
         {"system": "Be brief.", "tools": ["ferry"],
          "conversation": [ASK, CALL, {"from": "observation", "value": '{"late": 5}'}, YES]},
         [Message("system", [Text("Be brief.")]), QUESTION, CALLED,
          Message("tool", [ToolResponse("", "", {"late": 5})]), assistant("Yes.")],
         {"tools": ["ferry"]}),
    Case("several calls, and other words for them",
         said({"from": "tool_call", "value": '[{"name": "ferry", "arguments": "{}"}, '
                                             '{"name": "tide"}]'},
              {"from": "tool", "name": "ferry", "value": "late"},
              {"from": "function_response", "value": "high"}),
         [Message("assistant", [ToolCall("", "ferry", {}), ToolCall("", "tide", None)]),
          Message("tool", [ToolResponse("", "ferry", "late")]),
          Message("tool", [ToolResponse("", "", "high")])]),
    Case("a call that is no JSON, and an empty one",
         said({"from": "function_call", "value": "ferry(7)"},
              {"from": "function_call", "value": ""}),
         [Message("assistant", [ToolCall("", "", "ferry(7)")]),
          Message("assistant", [ToolCall("", "", None)])]),
    Case("roles", said({"from": "system", "value": "Be brief."}, {"role": "user", "value": "Hm?"},
                       {"from": "critic", "value": "Weak."}),
         [Message("system", [Text("Be brief.")]), user("Hm?"),
          Message("other", [Text("Weak.")], "critic")]),
    Case("exchanges", said({"human": "Is the ferry late?", "assistant": "Yes.", "mood": "calm"}),
         [QUESTION, Message("assistant", [Text("Yes.")], more={"mood": "calm"})]),
    Case("empty, and what is unknown",
         said(ASK, {"from": "gpt", "value": ""}, {"from": "gpt", "value": None, "weight": 1},
              {"from": "gpt", "value": {"x": "many"}}, "loose"),
         [QUESTION, assistant(""), Message("assistant", [], more={"weight": 1}),
          Message("assistant", [Unknown({"x": "many"})]), Message("other", [Text("loose")])]),
]  # fmt: skip
