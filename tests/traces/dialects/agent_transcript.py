"""Sessions of coding agents."""

from typing import Any

from traces.reading.conversation import (
    Compaction,
    Message,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
)

from .case import Case, assistant, user


def line(role: str, content: Any, **beside: Any) -> dict[str, Any]:
    return {"type": role, "message": {"role": role, "content": content}, **beside}


ASK = line("user", "Is the ferry late?")
QUESTION = user("Is the ferry late?")
SAID = line("assistant", [{"type": "text", "text": "Ten minutes."}])
ANSWER = assistant("Ten minutes.")
CALL = {"type": "tool_use", "id": "t1", "name": "ferry", "input": {"line": 7}}
CALLED = Message("assistant", [ToolCall("t1", "ferry", {"line": 7})])
GIVEN = {"type": "tool_result", "tool_use_id": "t1", "content": '{"late": 5}'}
RESULT = Message("tool", [ToolResponse("t1", "", {"late": 5})])
CASES = [
    Case("a call and its result",
         {"lines": [ASK, line("assistant", [CALL]), line("user", [GIVEN]), SAID]},
         [QUESTION, CALLED, RESULT, ANSWER]),
    Case("ids, times and what a message says besides",
         {"messages": [
             line("user", "Is the ferry late?", uuid="u1", parentUuid=None, isSidechain=False,
                  cwd="/pier", timestamp="09:00"),
             {"type": "assistant", "uuid": "u2", "parentUuid": "u1", "id": "x1",
              "message": {"type": "message", "role": "assistant", "id": "m1", "model": "pier-1",
                          "content": [{"type": "thinking", "thinking": "Tides first."},
                                      {"type": "text", "text": "Ten minutes."}]}}]},
         [Message("user", [Text("Is the ferry late?")],
                  more={"uuid": "u1", "cwd": "/pier", "timestamp": "09:00"}),
          Message("assistant", [Reasoning("Tides first."), Text("Ten minutes.")],
                  more={"id": ["m1", "x1"], "model": "pier-1", "uuid": "u2", "parentUuid": "u1"})]),
    Case("the half with the answer", {"messages": [SAID]}, [ANSWER]),
    Case("one line alone", {"reply": SAID}, [ANSWER], also=("openai_chat",)),
    Case("summaries",
         {"session": [{"type": "summary", "summary": "They waited.", "leafUuid": "u9"},
                      line("user", "They still wait.", isCompactSummary=True), SAID]},
         [Message("system", [Compaction("They waited.")], more={"leafUuid": "u9"}),
          Message("user", [Compaction("They still wait.")], more={"isCompactSummary": True}),
          ANSWER]),
    Case("messages of OpenAI's chat",
         {"lines": [ASK, {"type": "assistant", "uuid": "u2", "message": {
             "role": "assistant", "content": None,
             "tool_calls": [{"id": "t1", "function": {"name": "ferry", "arguments": "{}"}}]}}]},
         [QUESTION, Message("assistant", [ToolCall("t1", "ferry", {})], more={"uuid": "u2"})]),
    Case("lines around no message",
         {"lines": [ASK, {"type": "system", "content": "Compacted.", "uuid": "u1"},
                    {"type": "progress", "sessionId": "s1", "data": {"step": 2}}, SAID,
                    {"type": "result", "result": "Ten minutes.", "session_id": "s1"}]},
         [QUESTION, Message("other", [Text("Compacted.")], "system", {"uuid": "u1"}),
          Message("other", [], "progress", {"sessionId": "s1", "data": {"step": 2}}), ANSWER,
          Message("other", [], "result", {"session_id": "s1"})]),
    Case("a result that says something else",
         {"lines": [SAID, {"type": "result", "result": "Off line.", "session_id": "s1"}]},
         [ANSWER, Message("other", [Text("Off line.")], "result", {"session_id": "s1"})]),
    Case("empty, and what is unknown",
         {"lines": [ASK, line("assistant", None), line("assistant", []), line("user", ""),
                    "loose"]},
         [QUESTION, Message("assistant", []), Message("assistant", []), user(""),
          Message("other", [Text("loose")])]),
]  # fmt: skip
