"""Messages of Bedrock's Converse."""

from typing import Any

from traces.reading.conversation import (
    Blob,
    Message,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
    Unknown,
    Uri,
)

from .case import PNG, Case, assistant, user

CALL = {"toolUse": {"toolUseId": "t1", "name": "ferry", "input": {"line": 7}}}
CALLED = Message("assistant", [ToolCall("t1", "ferry", {"line": 7})])
SAID = {"text": "Ten minutes."}
PICTURE = {"image": {"format": "png", "source": {"bytes": "iVBORw0KGgo="}}}


def said(*blocks: Any, role: str = "assistant") -> dict[str, Any]:
    return {"role": role, "content": list(blocks)}


def result(*content: Any, **beside: Any) -> dict[str, Any]:
    return said({"toolResult": {"toolUseId": "t1", "content": list(content), **beside}},
                role="user")  # fmt: skip


CASES = [
    Case("a call and its result",
         {"messages": [said({"text": "Is it late?"}, role="user"), said(CALL),
                       result({"json": {"late": 5}}, status="success"), said(SAID)]},
         [user("Is it late?"), CALLED, Message("tool", [ToolResponse("t1", "", {"late": 5})]),
          assistant("Ten minutes.")]),
    Case("a result that failed, with a picture",
         {"messages": [said(CALL), result({"text": "Off line."}, PICTURE, status="error")]},
         [CALLED, Message("tool", [ToolResponse("t1", "", "Off line.", (Blob("image", PNG),),
                                                is_error=True)])]),
    Case("a result of texts and JSON",
         {"messages": [said(CALL), result(SAID, {"json": {"berth": "north"}})]},
         [CALLED, Message("tool", [ToolResponse("t1", "", [SAID, {"json": {"berth": "north"}}])])]),
    Case("reasoning, in a whole answer",
         {"output": {"message": said(
             {"reasoningContent": {"reasoningText": {"text": "Tides first.",
                                                     "signature": "c2VhbGVk"}}}, SAID)},
          "stopReason": "end_turn", "usage": {"inputTokens": 4}},
         [Message("assistant", [Reasoning("Tides first."), Text("Ten minutes.")],
                  more={"reasoningContent": {"reasoningText": {"signature": "c2VhbGVk"}}})],
         {"stopReason": "end_turn", "usage": {"inputTokens": 4}}),
    Case("files", {"messages": [said(
            PICTURE, {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://a/b"}}}},
            {"document": {"format": "pdf", "name": "Fares", "source": {"bytes": "JVBERg=="}}},
            {"cachePoint": {"type": "default"}}, role="user")]},
         [Message("user", [Blob("image", PNG), Uri("image", "s3://a/b"),
                           Blob("document", "data:application/pdf;base64,JVBERg==", "Fares")])]),
    Case("empty, and what is unknown",
         {"system": [{"text": "Be brief."}],
          "messages": [said(CALL), said({"mood": {"now": "calm"}}), said(), result()]},
         [Message("system", [Text("Be brief.")]), CALLED,
          Message("assistant", [Unknown({"mood": {"now": "calm"}})]), Message("assistant", []),
          Message("tool", [ToolResponse("t1", "", "")])]),
]  # fmt: skip
