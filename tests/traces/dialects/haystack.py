"""Haystack's chat messages."""

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


def said(role: str, *parts: Any, **beside: Any) -> dict[str, Any]:
    return {"role": role, "meta": {}, "name": None, "content": list(parts), **beside}


def result(given: Any, *, error: bool = False) -> dict[str, Any]:
    origin = {"id": "c1", "tool_name": "ferry", "arguments": {"line": 7}}
    return said("tool", {"tool_call_result": {"result": given, "origin": origin, "error": error}})


ASK = said("user", {"text": "Is the ferry late?"})
QUESTION = user("Is the ferry late?")
CALL = {"tool_call": {"id": "c1", "tool_name": "ferry", "arguments": {"line": 7}, "extra": None}}
CALLED = Message("assistant", [ToolCall("c1", "ferry", {"line": 7})])
THOUGHT = {"reasoning": {"reasoning_text": "Tides first.", "extra": {}}}
PICTURE = {"image": {"base64_image": "iVBORw0KGgo=", "mime_type": "image/png", "detail": None}}
ORIGIN = {"tool_call_result": {"origin": {"arguments": {"line": 7}}}}
CASES = [
    Case("a call and its result",
         {"messages": [said("system", {"text": "Be brief."}), ASK, said("assistant", CALL),
                       result('{"late": 5}'), said("assistant", {"text": "Ten minutes."})]},
         [Message("system", [Text("Be brief.")]), QUESTION, CALLED,
          Message("tool", [ToolResponse("c1", "ferry", {"late": 5})], more=ORIGIN),
          assistant("Ten minutes.")]),
    Case("the half with the answer",
         {"replies": [said("assistant", THOUGHT, {"text": "Ten minutes."},
                           meta={"model": "pier-1"})]},
         [Message("assistant", [Reasoning("Tides first."), Text("Ten minutes.")],
                  more={"meta": {"model": "pier-1"}})]),
    Case("a call that failed, and pictures",
         {"messages": [said("user", {"text": "See"}, PICTURE, name="Noor"),
                       result("Off line.", error=True), result([{"text": "See"}, PICTURE])]},
         [Message("user", [Text("See"), Blob("image", PNG)], "Noor"),
          Message("tool", [ToolResponse("c1", "ferry", "Off line.", is_error=True)], more=ORIGIN),
          Message("tool", [ToolResponse("c1", "ferry", "See", (Blob("image", PNG),))],
                  more=ORIGIN)]),
    Case("empty, and what is unknown",
         {"messages": [ASK, said("assistant", CALL), said("assistant"), said("critic", {"mood": 1}),
                       "loose"]},
         [QUESTION, CALLED, Message("assistant", []),
          Message("other", [Unknown({"mood": 1})], "critic"), Message("other", [Text("loose")])]),
]  # fmt: skip
