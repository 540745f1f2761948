"""Messages in the attributes of OpenLLMetry."""

from traces.reading.conversation import Blob, Message, Text, ToolCall, ToolResponse

from .case import PNG, Case, assistant, user

QUESTION = user("Is the ferry late?")
IN, OUT = "gen_ai.prompt", "gen_ai.completion"
ASK = {f"{IN}.0.role": "user", f"{IN}.0.content": "Is the ferry late?"}
CASES = [
    Case("a whole turn",
         {**ASK, f"{OUT}.0.content": "No.", f"{OUT}.0.finish_reason": "stop",
          "gen_ai.request.model": "pier-1"},
         [QUESTION, Message("assistant", [Text("No.")], more={"finish_reason": "stop"})],
         {"gen_ai.request.model": "pier-1"}),
    Case("the first half", ASK, [QUESTION]),
    Case("the second half", {f"{OUT}.0.role": "assistant", f"{OUT}.0.content": "No."},
         [assistant("No.")]),
    Case("a call and its result",
         {**ASK, f"{IN}.1.role": "assistant", f"{IN}.1.tool_calls.0.id": "c1",
          f"{IN}.1.tool_calls.0.name": "ferry", f"{IN}.1.tool_calls.0.arguments": '{"line": 7}',
          f"{IN}.2.role": "tool", f"{IN}.2.tool_call_id": "c1", f"{IN}.2.content": '{"late": 5}'},
         [QUESTION, Message("assistant", [ToolCall("c1", "ferry", {"line": 7})]),
          Message("tool", [ToolResponse("c1", "", {"late": 5})])]),
    Case("parts in a text",
         {f"{IN}.0.role": "user", f"{IN}.0.content":
             '[{"type": "text", "text": "See"}, {"type": "image_url", "image_url": {"url": "'
             + PNG + '"}}]'},
         [Message("user", [Text("See"), Blob("image", PNG)])]),
]  # fmt: skip
