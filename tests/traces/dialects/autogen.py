"""Messages and events of AutoGen's agents."""

from typing import Any

from traces.reading.conversation import (
    Blob,
    Message,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
    Unknown,
)

from .case import PNG, Case, assistant, user


def said(
    content: Any, kind: str = "TextMessage", source: str = "pilot", **b: Any
) -> dict[str, Any]:
    return {"source": source, "content": content, "type": kind, **b}


ASK = said("Is the ferry late?", source="user")
QUESTION = user("Is the ferry late?")
CALL = said([{"id": "c1", "name": "ferry", "arguments": '{"line": 7}'}], "ToolCallRequestEvent")
CALLED = Message("assistant", [ToolCall("c1", "ferry", {"line": 7})], "pilot")
FROM = {"source": "pilot"}


def result(content: Any, *, is_error: bool = False) -> dict[str, Any]:
    inner = {"call_id": "c1", "name": "ferry", "content": content, "is_error": is_error}
    return said([inner], "ToolCallExecutionEvent")


CASES = [
    Case("a task with a call and its result",
         {"messages": [ASK, CALL, result('{"late": 5}'),
                       said("Ten minutes.", "ToolCallSummaryMessage",
                            models_usage={"prompt_tokens": 4})],
          "stop_reason": "Done"},
         [QUESTION, CALLED, Message("tool", [ToolResponse("c1", "ferry", {"late": 5})], more=FROM),
          Message("assistant", [Text("Ten minutes.")], "pilot",
                  {"models_usage": {"prompt_tokens": 4}})],
         {"stop_reason": "Done"}),
    Case("a call that failed, in the half with the answer",
         {"messages": [CALL, result("Off line.", is_error=True)]},
         [CALLED, Message("tool", [ToolResponse("c1", "ferry", "Off line.", is_error=True)],
                          more=FROM)]),
    Case("an answer with the events before it",
         {"inner_messages": [said("Tides first.", "ThoughtEvent")],
          "chat_message": said("Ten minutes.", source="assistant")},
         [Message("assistant", [Reasoning("Tides first.")], "pilot"), assistant("Ten minutes.")]),
    Case("one message alone", {"reply": said("Ten minutes.", source="assistant")},
         [assistant("Ten minutes.")]),
    Case("messages of its core",
         {"context": [
             {"type": "SystemMessage", "content": "Be brief."},
             {"type": "UserMessage", "source": "Noor", "content": "Is the ferry late?"},
             {"type": "AssistantMessage", "source": "assistant", "thought": "Tides first.",
              "content": [{"id": "c1", "name": "ferry", "arguments": "{}"}]},
             {"type": "FunctionExecutionResultMessage",
              "content": [{"call_id": "c1", "content": "five", "weight": 2}]}]},
         [Message("system", [Text("Be brief.")]),
          Message("user", [Text("Is the ferry late?")], "Noor"),
          Message("assistant", [Reasoning("Tides first."), ToolCall("c1", "ferry", {})]),
          Message("tool", [ToolResponse("c1", "", {"content": "five", "weight": 2})])]),
    Case("code that ran, and a picture",
         {"messages": [said("print(5)", "CodeGenerationEvent"),
                       {"source": "pilot", "type": "CodeExecutionEvent",
                        "result": {"exit_code": 1, "output": "late"}},
                       said(["See", {"data": "iVBORw0KGgo="}], "MultiModalMessage", "user")]},
         [Message("assistant", [Text("print(5)")], "pilot"),
          Message("tool", [ToolResponse("", "", {"exit_code": 1, "output": "late"})], more=FROM),
          Message("user", [Text("See"), Blob("image", PNG)])]),
    Case("a structure, and another agent's turn",
         {"messages": [ASK, said({"berth": "north"}, "StructuredMessage[Berth]"),
                       said("To you.", "HandoffMessage", target="clerk")]},
         [QUESTION, Message("assistant", [Unknown({"berth": "north"})], "pilot",
                            {"type": "StructuredMessage[Berth]"}),
          Message("assistant", [Text("To you.")], "pilot", {"target": "clerk"})]),
    Case("empty, and what is unknown",
         {"messages": [ASK, said("", "UserInputRequestedEvent", request_id="r1"),
                       said(None), said([], "ToolCallExecutionEvent"),
                       said(None, "ToolCallExecutionEvent"), "loose", {"x": 1}]},
         [QUESTION, Message("assistant", [Text("")], "pilot", {"request_id": "r1"}),
          Message("assistant", [], "pilot"), Message("tool", [], more=FROM),
          Message("tool", [ToolResponse("", "", None)], more=FROM),
          Message("other", [Text("loose")]), Message("other", [Unknown({"x": 1})])]),
]  # fmt: skip
