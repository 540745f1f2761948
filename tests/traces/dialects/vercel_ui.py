"""The AI SDK's messages: of its interface, of version 4 of it, and those for models."""

from typing import Any

from traces.reading.conversation import (
    Blob,
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

ASK = {"id": "m1", "role": "user", "parts": [{"type": "text", "text": "Is the ferry late?"}]}
QUESTION = Message("user", [Text("Is the ferry late?")], more={"id": "m1"})
TOOL = {"type": "tool-ferry", "toolCallId": "c1", "state": "output-available",
        "input": {"line": 7}, "output": {"late": 5}}  # fmt: skip
CALLED = ToolCall("c1", "ferry", {"line": 7})
ANSWERED = ToolResponse("c1", "ferry", {"late": 5})
CALL = {"type": "tool-call", "toolCallId": "c1", "toolName": "ferry", "input": {"line": 7}}
RESULT = {"type": "tool-result", "toolCallId": "c1", "toolName": "ferry",
          "output": {"type": "json", "value": {"late": 5}}}  # fmt: skip
INVOCATION = {"state": "result", "toolCallId": "c1", "toolName": "ferry", "args": {"line": 7},
              "result": {"late": 5}}  # fmt: skip
MOOD = {"type": "mood", "mood": "calm"}
CALLING = {"role": "assistant", "content": [CALL]}


def parts(*parts: object, role: str = "assistant", **beside: Any) -> dict[str, Any]:
    return {"messages": [{"role": role, "parts": list(parts), **beside}]}


def results(**output: Any) -> dict[str, Any]:
    return {"messages": [CALLING, {"role": "tool", "content": [{**RESULT, "output": output}]}]}


def given(response: Any, *beside: Any, is_error: bool = False) -> list[Message]:
    result = ToolResponse("c1", "ferry", response, beside, is_error)
    return [Message("assistant", [CALLED]), Message("tool", [result])]


CASES = [
    Case("a question, a call and its result",
         {"messages": [ASK, {"role": "assistant", "parts": [
             {"type": "step-start"}, {"type": "reasoning", "text": "Tides first.", "state": "done"},
             TOOL, {"type": "step-start"}, {"type": "text", "text": "Yes.", "state": "done"}]}]},
         [QUESTION, Message("assistant", [Reasoning("Tides first."), CALLED, ANSWERED,
                                          Text("Yes.")])]),
    Case("the half with the question", {"messages": [ASK]}, [QUESTION]),
    Case("a call that waits", parts({**TOOL, "state": "input-available", "output": None}),
         [Message("assistant", [CALLED])]),
    Case("a call that failed",
         parts({"type": "tool-ferry", "toolCallId": "c1", "state": "output-error",
                "input": {"line": 7}, "errorText": "Off line."}),
         [Message("assistant", [CALLED, ToolResponse("c1", "ferry", "Off line.", is_error=True)])]),
    Case("a tool that is known by name alone, run by the host",
         parts({**TOOL, "type": "dynamic-tool", "toolName": "ferry", "providerExecuted": True}),
         [Message("assistant", [ToolCall("c1", "ferry", {"line": 7}, is_server=True), ANSWERED])]),
    Case("files and sources",
         parts({"type": "file", "mediaType": "image/png", "url": PNG, "filename": "a.png"},
               {"type": "file", "mediaType": "application/pdf", "url": "https://pier.example/b"},
               {"type": "source-url", "sourceId": "s1", "url": "https://pier.example",
                "title": "The pier"},
               {"type": "source-document", "sourceId": "s2", "mediaType": "application/pdf",
                "title": "Fares"}, role="user"),
         [Message("user", [Blob("image", PNG, "a.png"), Uri("document", "https://pier.example/b"),
                           Uri("document", "https://pier.example", "The pier"),
                           File("s2", "Fares")], more={"sourceId": "s1"})]),
    Case("data stays, and what says more",
         parts({"type": "data-tide", "data": {"level": "high"}},
               {"type": "text", "text": "Yes.", "providerMetadata": {"maker": {"cached": "part"}}},
               metadata={"mood": "calm"}),
         [Message("assistant", [Unknown({"type": "data-tide", "data": {"level": "high"}}),
                                Text("Yes.")],
                  more={"providerMetadata": {"maker": {"cached": "part"}},
                        "metadata": {"mood": "calm"}})]),
    Case("version 4 tells twice",
         parts({"type": "reasoning", "reasoning": "Tides first.",
                "details": [{"type": "text", "text": "Tides first."}]},
               {"type": "tool-invocation", "toolInvocation": INVOCATION},
               {"type": "text", "text": "Yes."},
               content="Yes.", reasoning="Tides first.", toolInvocations=[INVOCATION]),
         [Message("assistant", [Reasoning("Tides first."), CALLED, ANSWERED, Text("Yes.")])]),
    Case("version 4 without parts",
         {"messages": [{"role": "assistant", "content": "", "toolInvocations": [INVOCATION]},
                       {"role": "user", "content": "Look.", "experimental_attachments": [
                           {"name": "a.png", "contentType": "image/png", "url": PNG}]}]},
         [Message("assistant", [CALLED, ANSWERED]),
          Message("user", [Text("Look."), Blob("image", PNG, "a.png")])]),
    Case("for models",
         {"messages": [{"role": "user", "content": "Is the ferry late?"},
                       {"role": "assistant", "content": [
                           {"type": "reasoning", "text": "Tides first."}, CALL]},
                       {"role": "tool", "content": [RESULT]},
                       {"role": "assistant", "content": [{"type": "text", "text": "Yes."}]}]},
         [user("Is the ferry late?"), Message("assistant", [Reasoning("Tides first."), CALLED]),
          Message("tool", [ANSWERED]), assistant("Yes.")]),
    Case("files for models",
         {"messages": [{"role": "user", "content": [
             {"type": "image", "image": "iVBORw0KGgo=", "mediaType": "image/png"},
             {"type": "image", "image": "https://pier.example/a.png"},
             {"type": "file", "data": "JVBERg==", "mediaType": "application/pdf"}]}]},
         [Message("user", [Blob("image", PNG), Uri("image", "https://pier.example/a.png"),
                           Blob("document", "data:application/pdf;base64,JVBERg==")])]),
    Case("a result that is text", results(type="text", value='{"late": 5}'), given({"late": 5})),
    Case("a result that is an error", results(type="error-text", value="Off line."),
         given("Off line.", is_error=True)),
    Case("a result that was not allowed", results(type="execution-denied", reason="Not now."),
         given({"type": "execution-denied", "reason": "Not now."}, is_error=True)),
    Case("a result of texts and pictures",
         results(type="content", value=[{"type": "text", "text": "late"},
                                        {"type": "media", "data": "iVBORw0KGgo=",
                                         "mediaType": "image/png"}]),
         given("late", Blob("image", PNG))),
    Case("an older result",
         {"messages": [{"role": "tool", "content": [
             {"type": "tool-result", "toolCallId": "c1", "toolName": "ferry", "result": "Gone.",
              "isError": True}]}]},
         [Message("tool", [ToolResponse("c1", "ferry", "Gone.", is_error=True)])]),
    Case("empty, and what is unknown",
         {"messages": [ASK, {"role": "assistant", "parts": []},
                       {"role": "assistant", "parts": [{"type": "text", "text": ""}, "odd", None,
                                                       MOOD]}, "loose"]},
         [QUESTION, Message("assistant", []),
          Message("assistant", [Text(""), Text("odd"), Unknown(MOOD)]),
          Message("other", [Text("loose")])]),
]  # fmt: skip
