"""Semantic Kernel's chat histories, of .NET and of Python."""

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


def net(role: str, *items: Any, **beside: Any) -> dict[str, Any]:
    return {"Role": {"Label": role}, "Items": list(items), **beside}


def py(role: str, *items: Any, **beside: Any) -> dict[str, Any]:
    return {"content_type": "message", "role": role, "items": list(items), **beside}


def text(words: str) -> dict[str, Any]:
    return {"content_type": "text", "text": words}


QUESTION, ANSWER = user("Is the ferry late?"), assistant("Ten minutes.")
PORT = {"plugin_name": "port"}
CASES = [
    Case("a call and its result, of .NET",
         {"messages": [
             net("user", {"$type": "TextContent", "Text": "Is the ferry late?"}),
             net("Assistant", {"$type": "FunctionCallContent", "Id": "c1", "FunctionName": "ferry",
                               "Arguments": {"line": 7}}, AuthorName="pilot"),
             net("tool", {"$type": "FunctionResultContent", "CallId": "c1", "FunctionName": "ferry",
                          "Result": '{"late": 5}'}),
             net("assistant", {"$type": "TextContent", "Text": "Ten minutes."},
                 Content="Ten minutes.", ModelId="pier-1")]},
         [QUESTION, Message("assistant", [ToolCall("c1", "ferry", {"line": 7})], "pilot"),
          Message("tool", [ToolResponse("c1", "ferry", {"late": 5})]),
          Message("assistant", [Text("Ten minutes.")], more={"ModelId": "pier-1"})]),
    Case("a call and its result, of Python",
         {"messages": [
             py("system", text("Be brief.")), py("user", text("Is the ferry late?")),
             py("assistant", {"content_type": "function_call", "id": "c1", "function_name": "ferry",
                              "plugin_name": "port", "arguments": '{"line": 7}'}),
             py("tool", {"content_type": "function_result", "id": "c1", "function_name": "ferry",
                         "plugin_name": "port", "result": "late"})]},
         [Message("system", [Text("Be brief.")]), QUESTION,
          Message("assistant", [ToolCall("c1", "ferry", {"line": 7})], more=PORT),
          Message("tool", [ToolResponse("c1", "ferry", "late")], more=PORT)]),
    Case("the half with the answer",
         {"messages": [py("assistant", {"content_type": "reasoning", "text": "Tides first."},
                          text("Ten minutes."))]},
         [Message("assistant", [Reasoning("Tides first."), Text("Ten minutes.")])]),
    Case("content beside a label", {"history": [{"role": {"label": "user"}, "content": "Hm?"}]},
         [user("Hm?")]),
    Case("pictures",
         {"messages": [py("user", {"content_type": "image", "data_uri": PNG},
                          {"content_type": "image", "uri": "https://pier.example/a.png"},
                          {"content_type": "image", "mime_type": "image/png",
                           "data": "iVBORw0KGgo="})]},
         [Message("user", [Blob("image", PNG), Uri("image", "https://pier.example/a.png"),
                           Blob("image", PNG)])]),
    Case("empty, and what is unknown",
         {"messages": [net("user", {"$type": "TextContent", "Text": "Is the ferry late?"}),
                       net("assistant"), net("critic", {"$type": "MoodContent", "Now": "calm"}),
                       "loose"]},
         [QUESTION, Message("assistant", []),
          Message("other", [Unknown({"$type": "MoodContent", "Now": "calm"})], "critic"),
          Message("other", [Text("loose")])]),
]  # fmt: skip
