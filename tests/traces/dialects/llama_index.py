"""LlamaIndex's chat messages."""

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


def said(role: str, *blocks: Any, **beside: Any) -> dict[str, Any]:
    return {"role": role, "additional_kwargs": beside, "blocks": list(blocks)}


def text(words: str) -> dict[str, Any]:
    return {"block_type": "text", "text": words}


def call(**beside: Any) -> dict[str, Any]:
    return {"block_type": "tool_call", "tool_call_id": "c1", "tool_name": "ferry", **beside}


ASK = said("user", text("Is the ferry late?"))
SAID = said("assistant", text("Ten minutes."))
BESIDE = {"id": "c1", "type": "function",
          "function": {"name": "ferry", "arguments": '{"line": 7}'}}  # fmt: skip
QUESTION = user("Is the ferry late?")
CALLED = Message("assistant", [ToolCall("c1", "ferry", {"line": 7})])
RESULT = Message("tool", [ToolResponse("c1", "ferry", {"late": 5})])
GIVEN = said("tool", text('{"late": 5}'), tool_call_id="c1", name="ferry")
CASES = [
    Case("a call in a block and its result",
         {"messages": [said("system", text("Be brief.")), ASK,
                       said("assistant", call(tool_kwargs={"line": 7})), GIVEN, SAID]},
         [Message("system", [Text("Be brief.")]), QUESTION, CALLED, RESULT,
          assistant("Ten minutes.")]),
    Case("a call beside the blocks, and told twice",
         {"messages": [ASK, said("assistant", tool_calls=[BESIDE]), GIVEN,
                       said("assistant", call(tool_kwargs='{"line": 7}'), tool_calls=[BESIDE])]},
         [QUESTION, CALLED, RESULT, CALLED]),
    Case("the half with the answer", {"messages": [SAID]}, [assistant("Ten minutes.")]),
    Case("a whole response, with the interface's own",
         {"message": said("chatbot", {"block_type": "thinking", "content": "Tides first."},
                          text("Ten minutes.")),
          "raw": {"choices": [{"message": {"role": "assistant", "content": "Ten minutes."}}]}},
         [Message("assistant", [Reasoning("Tides first."), Text("Ten minutes.")])],
         {"raw": {"choices": [{"message": {"role": "assistant", "content": "Ten minutes."}}]}},
         also=("openai_completion",)),
    Case("older messages, without blocks",
         {"messages": [{"role": "user", "content": "Is the ferry late?", "additional_kwargs": {}},
                       {"role": "assistant", "content": None,
                        "additional_kwargs": {"tool_calls": [BESIDE]}},
                       {"role": "tool", "content": '{"late": 5}',
                        "additional_kwargs": {"tool_call_id": "c1", "name": "ferry"}}]},
         [QUESTION, CALLED, RESULT], also=("openai_chat",)),
    Case("files and passages",
         {"messages": [said(
             "user", {"block_type": "image", "image": "iVBORw0KGgo=", "image_mimetype": "image/png",
                      "path": None, "url": None, "detail": None},
             {"block_type": "image", "image": None, "url": "https://pier.example/a.png"},
             {"block_type": "audio", "audio": "UklG", "format": "wav"},
             {"block_type": "document", "data": "JVBERg==", "title": "Fares"},
             {"block_type": "document", "path": "fares.pdf"},
             {"block_type": "cache", "cache_control": {"type": "ephemeral"}},
             {"block_type": "citable", "source": "pier.example", "title": "Fares",
              "content": [text("Two coins.")]})]},
         [Message("user", [Blob("image", PNG), Uri("image", "https://pier.example/a.png"),
                           Blob("audio", "data:audio/wav;base64,UklG"),
                           Blob("document", "data:application/pdf;base64,JVBERg==", "Fares"),
                           Uri("document", "fares.pdf"), Uri("document", "pier.example", "Fares"),
                           Text("Two coins.")])]),
    Case("empty, and what is unknown",
         {"messages": [ASK, said("assistant"), said("assistant", mood="calm"),
                       said("critic", {"block_type": "mood", "now": "calm"}), said("tool"),
                       said("assistant", {"block_type": "image"}), "loose"]},
         [QUESTION, Message("assistant", []),
          Message("assistant", [], more={"additional_kwargs": {"mood": "calm"}}),
          Message("other", [Unknown({"block_type": "mood", "now": "calm"})], "critic"),
          Message("tool", [ToolResponse("", "", "")]),
          Message("assistant", [Unknown({"block_type": "image"})]),
          Message("other", [Text("loose")])]),
]  # fmt: skip
