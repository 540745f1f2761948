"""Messages of OpenTelemetry's GenAI conventions, Pydantic AI's, and the events before."""

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

ASK = {"role": "user", "parts": [{"type": "text", "content": "Is the ferry late?"}]}
NO = {"role": "assistant", "parts": [{"type": "text", "content": "No."}]}
CALL = {"role": "assistant", "parts": [
    {"type": "tool_call", "id": "c1", "name": "ferry", "arguments": {"line": 7}}]}  # fmt: skip
GIVEN = {"role": "tool", "parts": [
    {"type": "tool_call_response", "id": "c1", "response": {"late": 5}}]}  # fmt: skip
QUESTION = user("Is the ferry late?")
CALLED = Message("assistant", [ToolCall("c1", "ferry", {"line": 7})])
RESULT = Message("tool", [ToolResponse("c1", "", {"late": 5})])
IN, OUT, SYSTEM = "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions"
CASES = [
    Case("a conversation",
         {SYSTEM: [{"type": "text", "content": "Be brief."}], IN: [ASK, CALL, GIVEN],
          OUT: [{**NO, "finish_reason": "stop"}], "gen_ai.request.model": "pier-1"},
         [Message("system", [Text("Be brief.")]), QUESTION, CALLED, RESULT,
          Message("assistant", [Text("No.")], more={"finish_reason": "stop"})],
         {"gen_ai.request.model": "pier-1"}),
    Case("as text", {SYSTEM: "Be brief.",
                     IN: '[{"role": "user", "parts": [{"type": "text", "content": "Late?"}]}]'},
         [Message("system", [Text("Be brief.")]), user("Late?")]),
    Case("the first half", {"messages": [ASK]}, [QUESTION]),
    Case("the second half", {"messages": [CALL, GIVEN, NO]}, [CALLED, RESULT, assistant("No.")]),
    Case("one message alone", {"role": "assistant", "parts": NO["parts"]}, [assistant("No.")]),
    Case("in an envelope", {IN: {"version": "0.1.0", "messages": [ASK]}}, [QUESTION],
         {f"{IN} › version": "0.1.0"}),
    Case("reasoning and a summary", {OUT: [{"role": "assistant", "parts": [
            {"type": "compaction", "content": "Line 7 ran.", "id": "k1"},
            {"type": "reasoning", "content": "Ask the pier."},
            {"type": "thinking", "content": "Or the crew.", "signature": "gAAA"},
            {"type": "text", "content": ""}]}]},
         [Message("assistant", [Compaction("Line 7 ran."), Reasoning("Ask the pier."),
                                Reasoning("Or the crew."), Text("")],
                  more={"id": "k1", "signature": "gAAA"})]),
    Case("as Pydantic AI writes it", {"pydantic_ai.all_messages": [
            {"role": "assistant", "parts": [
                {"type": "tool_call", "id": "c1", "name": "ferry", "arguments": '{"line": 7}'},
                {"type": "tool_call", "id": "c2", "name": "web", "arguments": {}, "builtin": True}
            ]},
            {"role": "user", "parts": [
                {"type": "tool_call_response", "id": "c1", "name": "ferry", "result": "five"},
                {"type": "tool_call_response", "id": "c2", "name": "web", "result": ["sea"],
                 "builtin": True},
                {"type": "text", "content": "And now?"},
                {"type": "image-url", "url": "https://pier.example/a.png"},
                {"type": "binary", "media_type": "image/png", "content": "iVBORw0KGgo="}]}]},
         [Message("assistant", [ToolCall("c1", "ferry", {"line": 7}),
                                ToolCall("c2", "web", {}, True)]),
          Message("tool", [ToolResponse("c1", "ferry", "five"),
                           ToolResponse("c2", "web", ["sea"])]),
          Message("user", [Text("And now?"), Uri("image", "https://pier.example/a.png"),
                           Blob("image", PNG)])]),
    Case("tools of the host", {OUT: [{"role": "assistant", "parts": [
            {"type": "server_tool_call", "id": "s1", "name": "web",
             "server_tool_call": {"type": "web", "query": "ferry"}},
            {"type": "server_tool_call_response", "id": "s1",
             "server_tool_call_response": {"type": "web", "found": 1}}]}]},
         [Message("assistant", [ToolCall("s1", "web", {"type": "web", "query": "ferry"}, True),
                                ToolResponse("s1", "", {"type": "web", "found": 1})])]),
    Case("files of all kinds", {IN: [{"role": "user", "name": "Noor", "parts": [
            {"type": "blob", "modality": "audio", "mime_type": "audio/wav", "content": "UklG",
             "transcript": "Late?"},
            {"type": "uri", "modality": "document", "uri": "https://pier.example/a.pdf"},
            {"type": "uri", "mime_type": "video/mp4", "uri": "https://pier.example/a.mp4"},
            {"type": "file", "modality": "image", "file_id": "f1"}]}]},
         [Message("user", [Blob("audio", "data:audio/wav;base64,UklG", "", "Late?"),
                           Uri("document", "https://pier.example/a.pdf"),
                           Uri("video", "https://pier.example/a.mp4"),
                           File("f1", "", "image")], "Noor")]),
    Case("a result of parts", {IN: [CALL, {"role": "tool", "parts": [
            {"type": "tool_call_response", "id": "c1", "response": [
                {"type": "text", "content": "five"},
                {"type": "blob", "mime_type": "image/png", "content": "iVBORw0KGgo="}]}]}]},
         [CALLED, Message("tool", [ToolResponse("c1", "", "five", (Blob("image", PNG),))])]),
    Case("what is unknown stays", {IN: [{"role": "user", "parts": [
            {"type": "sonar", "depth": 9}, {"type": "text", "content": "See", "weight": 2},
            {"type": "text"}]}]},
         [Message("user", [Unknown({"type": "sonar", "depth": 9}), Text("See"),
                           Unknown({"type": "text"})], more={"weight": 2})]),
    Case("the events before", {"events": [
            {"event.name": "gen_ai.system.message", "content": "Be brief.", "role": "system"},
            {"event.name": "gen_ai.user.message", "body": {"content": "Is the ferry late?"}},
            {"event.name": "gen_ai.assistant.message", "tool_calls": [
                {"id": "c1", "type": "function",
                 "function": {"name": "ferry", "arguments": '{"line": 7}'}}]},
            {"event.name": "gen_ai.tool.message", "id": "c1", "content": '{"late": 5}'},
            {"event.name": "gen_ai.choice", "index": 0, "finish_reason": "stop",
             "message": {"role": "assistant", "content": "No."}}]},
         [Message("system", [Text("Be brief.")]), QUESTION, CALLED, RESULT,
          Message("assistant", [Text("No.")], more={"index": 0, "finish_reason": "stop"})]),
]  # fmt: skip
