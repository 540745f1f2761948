"""Messages of OpenInference, flattened, nested and in between."""

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

QUESTION = user("Is the ferry late?")
CALLED = Message("assistant", [ToolCall("c1", "ferry", {"line": 7})])
RESULT = Message("tool", [ToolResponse("c1", "", {"late": 5})])
IN, OUT = "llm.input_messages", "llm.output_messages"
FUNCTION = "message.tool_calls.0.tool_call.function"
ASK = {f"{IN}.0.message.role": "user", f"{IN}.0.message.content": "Is the ferry late?"}
NO = {f"{OUT}.0.message.role": "assistant", f"{OUT}.0.message.content": "No."}
CONTENT = f"{OUT}.0.message.contents"
CASES = [
    Case("flattened",
         {**ASK, f"{IN}.1.message.role": "assistant",
          f"{IN}.1.message.tool_calls.0.tool_call.id": "c1", f"{IN}.1.{FUNCTION}.name": "ferry",
          f"{IN}.1.{FUNCTION}.arguments": '{"line": 7}', f"{IN}.10.message.content": '{"late": 5}',
          f"{IN}.10.message.role": "tool", f"{IN}.10.message.tool_call_id": "c1",
          "llm.model_name": "pier-1", **NO},
         [QUESTION, CALLED, RESULT, assistant("No.")], {"llm.model_name": "pier-1"}),
    Case("the first half", ASK, [QUESTION]),
    Case("the second half, without a role", {f"{OUT}.0.message.content": "No."},
         [assistant("No.")]),
    Case("nested", {"llm": {"input_messages": [
            {"message": {"role": "user", "content": "Is the ferry late?"}},
            {"message": {"role": "assistant", "tool_calls": [
                {"tool_call": {"id": "c1", "reasoning_signature": "gAAA", "function": {
                    "name": "ferry", "arguments": '{"line": 7}'}}}]}}],
            "model_name": "pier-1"}},
         [QUESTION, Message("assistant", CALLED.parts, more={"reasoning_signature": "gAAA"})],
         {"llm › model_name": "pier-1"}),
    Case("half nested", {IN: [
            {"message.role": "user", "message.content": "Is the ferry late?"},
            {"message.role": "assistant", "message.tool_calls": [
                {"tool_call.id": "c1", "tool_call.function.name": "ferry",
                 "tool_call.function.arguments": '{"line": 7}'}]},
            {"message.role": "assistant", "message.function_call_name": "ferry",
             "message.function_call_arguments_json": '{"line": 8}'}]},
         [QUESTION, CALLED, Message("assistant", [ToolCall("", "ferry", {"line": 8})])]),
    Case("as text", {OUT: '[{"message": {"role": "assistant", "content": "No."}}]'},
         [assistant("No.")]),
    Case("contents", {
            f"{CONTENT}.0.message_content.type": "reasoning",
            f"{CONTENT}.0.message_content.text": "Ask the pier.",
            f"{CONTENT}.0.message_content.signature": "gAAA",
            f"{CONTENT}.1.message_content.type": "text",
            f"{CONTENT}.1.message_content.text": "No.",
            f"{CONTENT}.2.message_content.type": "image",
            f"{CONTENT}.2.message_content.image.image.url": PNG,
            f"{CONTENT}.3.message_content.type": "audio",
            f"{CONTENT}.3.message_content.audio.audio.url": "https://pier.example/a.mp3",
            f"{CONTENT}.4.message_content.type": "sonar",
            f"{OUT}.0.message.content": "No."},
         [Message("assistant", [Reasoning("Ask the pier."), Text("No."), Blob("image", PNG),
                                Uri("audio", "https://pier.example/a.mp3"),
                                Unknown({"type": "sonar"})], more={"signature": "gAAA"})]),
    Case("a call among the contents", {OUT: [{"message": {"role": "assistant", "contents": [
            {"message_content": {"type": "tool_use", "tool_call": {
                "id": "c1", "function": {"name": "ferry", "arguments": '{"line": 7}'}}}}],
            "tool_calls": [{"tool_call": {
                "id": "c1", "function": {"name": "ferry", "arguments": '{"line": 7}'}}}]}}]},
         [CALLED]),
    Case("values that say it again",
         {**ASK, "input.value": '{"messages": [{"role": "user", "content": "Is the ferry late?"}],'
                                ' "tone": "calm"}', "output.value": "Late by five", **NO},
         [QUESTION, assistant("No.")],
         {"input.value": {"tone": "calm"}, "output.value": "Late by five"}, also=("openai_chat",)),
    Case("a value that is the answer", {**NO, "output.value": "No.",
                                        "output.mime_type": "text/plain"},
         [assistant("No.")], {"output.mime_type": "text/plain"}),
    Case("what has no place stays",
         {**ASK, f"{IN}.0.message": "loose", f"{IN}.x.message.role": "a stray",
          f"{IN}.1.{'.'.join(['deep'] * 20)}": "very deep", f"{IN}.0.other": "beside"},
         [Message("user", [Text("Is the ferry late?")],
                  more={"": "loose", "other": "beside"}),
          Message("other", [Unknown({".".join(["deep"] * 20): "very deep"})])],
         {f"{IN}.x.message.role": "a stray"}),
]  # fmt: skip
