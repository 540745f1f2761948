"""Messages as Pydantic AI dumps them."""

from typing import Any

from traces.reading.conversation import (
    Blob,
    Compaction,
    File,
    Message,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
    Unknown,
    Uri,
)

from .case import PNG, Case, assistant, user


def part(kind: str, content: Any = None, **beside: Any) -> dict[str, Any]:
    return {"part_kind": kind, "content": content, **beside}


def request(*parts: Any, **beside: Any) -> dict[str, Any]:
    return {"kind": "request", "parts": list(parts), **beside}


def response(*parts: Any, **beside: Any) -> dict[str, Any]:
    return {"kind": "response", "parts": list(parts), **beside}


ASK = part("user-prompt", "Is the ferry late?")
CALL = {"part_kind": "tool-call", "tool_name": "ferry", "tool_call_id": "c1", "args": '{"line": 7}'}
JOINS = {"tool_name": "ferry", "tool_call_id": "c1"}
CALLED = Message("assistant", [ToolCall("c1", "ferry", {"line": 7})])
QUESTION = user("Is the ferry late?")
SAID = response(part("text", "Ten minutes."))
ANSWER = assistant("Ten minutes.")
PICTURE = {"kind": "binary", "data": "iVBORw0KGgo=", "media_type": "image/png"}
CASES = [
    Case("a call and its result",
         {"messages": [
             request(part("system-prompt", "Be brief."), ASK), response(CALL),
             request(part("tool-return", {"late": 5}, **JOINS, outcome="success")), SAID]},
         [Message("system", [Text("Be brief.")]), QUESTION, CALLED,
          Message("tool", [ToolResponse("c1", "ferry", {"late": 5})]), ANSWER]),
    Case("the half with the answer, under another key",
         {"new_messages": [response(part("thinking", "Tides first.", signature="c2VhbGVk"),
                                    part("text", "Ten minutes."), model_name="pier-1",
                                    usage={"output_tokens": 4})]},
         [Message("assistant", [Reasoning("Tides first."), Text("Ten minutes.")],
                  more={"signature": "c2VhbGVk", "model_name": "pier-1",
                        "usage": {"output_tokens": 4}})]),
    Case("one message alone", {"answer": SAID}, [ANSWER]),
    Case("instructions that every request repeats",
         {"messages": [request(ASK, instructions="Be brief."), response(CALL),
                       request(part("tool-return", "five", **JOINS), instructions="Be brief."),
                       response(part("text", "Hm.")), request(ASK, instructions="Be long.")]},
         [Message("system", [Text("Be brief.")]), QUESTION, CALLED,
          Message("tool", [ToolResponse("c1", "ferry", "five")]), assistant("Hm."),
          Message("system", [Text("Be long.")]), QUESTION]),
    Case("arguments that were refused, and an answer",
         {"messages": [
             response(CALL),
             request(part("retry-prompt", [{"loc": ["line"], "msg": "No such line"}], **JOINS)),
             response(part("text", "Hm.")), request(part("retry-prompt", "Answer in JSON."))]},
         [CALLED, Message("tool", [ToolResponse(
             "c1", "ferry", [{"loc": ["line"], "msg": "No such line"}], is_error=True)]),
          assistant("Hm."), user("Answer in JSON.")]),
    Case("tools of the model's host, and a call that failed",
         {"messages": [
             response({**CALL, "part_kind": "builtin-tool-call"},
                      part("builtin-tool-return", ["pier", "berth"], **JOINS),
                      part("text", "Ten minutes.")),
             request(part("tool-return", "Off line.", **JOINS, outcome="failed"))]},
         [Message("assistant", [ToolCall("c1", "ferry", {"line": 7}, is_server=True),
                                ToolResponse("c1", "ferry", ["pier", "berth"]),
                                Text("Ten minutes.")]),
          Message("tool", [ToolResponse("c1", "ferry", "Off line.", is_error=True)])]),
    Case("files",
         {"messages": [
             request(part("user-prompt", [
                 "See", PICTURE, {"kind": "image-url", "url": "https://pier.example/a.png"},
                 {"kind": "document-url", "url": "https://pier.example/a.pdf"},
                 {"kind": "uploaded-file", "file_id": "f1", "media_type": "image/png"}]),
                 part("tool-return", ["See", PICTURE], **JOINS)),
             response(part("file", PICTURE), part("compaction", "They waited."))]},
         [Message("user", [Text("See"), Blob("image", PNG),
                           Uri("image", "https://pier.example/a.png"),
                           Uri("document", "https://pier.example/a.pdf"),
                           File("f1", modality="image")]),
          Message("tool", [ToolResponse("c1", "ferry", "See", (Blob("image", PNG),))]),
          Message("assistant", [Blob("image", PNG), Compaction("They waited.")])]),
    Case("ids and kinds that are missing",
         {"messages": [{"parts": [ASK]}, {"parts": [{"part_kind": "tool-call", "args": {}}]},
                       {"parts": [part("tool-return", "five")]}]},
         [QUESTION, Message("assistant", [ToolCall("", "", {})]),
          Message("tool", [ToolResponse("", "", "five")])]),
    Case("times of a part and of its message",
         {"messages": [request({**ASK, "timestamp": "09:00"}, timestamp="09:01")]},
         [Message("user", [Text("Is the ferry late?")], more={"timestamp": ["09:00", "09:01"]})]),
    Case("empty, and what is unknown",
         {"messages": [request(ASK), response(), response(part("thinking", "")),
                       response(part("mood", "calm")), request(part("user-prompt", None)), "loose"],
          "output": "Ten"},
         [QUESTION, Message("assistant", []), Message("assistant", []),
          Message("assistant", [Unknown({"part_kind": "mood", "content": "calm"})]),
          Message("user", []), Message("other", [Text("loose")])], {"output": "Ten"}),
]  # fmt: skip
