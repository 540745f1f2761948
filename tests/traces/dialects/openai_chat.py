"""OpenAI's chat messages, and what others added to them."""

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

ASK = {"role": "user", "content": "Is the ferry late?"}
CALL = {
    "id": "c1", "type": "function",
    "function": {"name": "ferry", "arguments": '{"line": 7}'},
}  # fmt: skip
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
CALLED = Message("assistant", [ToolCall("c1", "ferry", {"line": 7})])
QUESTION = user("Is the ferry late?")
CASES = [
    Case("plain", {"messages": [ASK, {"role": "assistant", "content": "No."}]},
         [QUESTION, assistant("No.")]),
    Case("roles", {"messages": [{"role": "developer", "content": "Be brief."}, ASK]},
         [Message("system", [Text("Be brief.")]), QUESTION]),
    Case("a name and a role of its own",
         {"messages": [{**ASK, "name": "Noor"}, {"role": "critic", "content": "Weak."}]},
         [Message("user", [Text("Is the ferry late?")], "Noor"),
          Message("other", [Text("Weak.")], "critic")]),
    Case("system beside the messages", {"system": "Be brief.", "messages": [ASK]},
         [Message("system", [Text("Be brief.")]), QUESTION]),
    Case("another key", {"turns": [ASK], "channel": "chat"}, [QUESTION], {"channel": "chat"}),
    Case("one message alone", {"reply": {"role": "assistant", "content": "No."}},
         [assistant("No.")]),
    Case("a call and its result",
         {"messages": [CALLING, {"role": "tool", "tool_call_id": "c1", "content": '{"late": 5}'}]},
         [CALLED, Message("tool", [ToolResponse("c1", "", {"late": 5})])]),
    Case("a result without an id", {"messages": [CALLING, {"role": "tool", "content": "five"}]},
         [CALLED, Message("tool", [ToolResponse("", "", "five")])]),
    Case("a result with a list of ids",
         {"messages": [CALLING, {"role": "tool", "tool_call_ids": ["c1"], "content": "five"}]},
         [CALLED, Message("tool", [ToolResponse("c1", "", "five")])]),
    Case("the older function call",
         {"messages": [
             {"role": "assistant", "function_call": {"name": "ferry", "arguments": "{}"}},
             {"role": "function", "name": "ferry", "content": "late"}]},
         [Message("assistant", [ToolCall("", "ferry", {})]),
          Message("tool", [ToolResponse("", "ferry", "late")], more={})]),
    Case("reasoning before the answer",
         {"messages": [{"role": "assistant", "reasoning_content": "Think of tides.",
                        "content": "No."}]},
         [Message("assistant", [Reasoning("Think of tides."), Text("No.")])]),
    Case("a refusal", {"messages": [{"role": "assistant", "content": None, "refusal": "I can't."}]},
         [Message("assistant", [Text("I can't.")])]),
    Case("parts",
         {"messages": [{"role": "user", "content": [
             {"type": "text", "text": "See"}, {"type": "image_url", "image_url": {"url": PNG}},
             {"type": "image_url", "image_url": {"url": "https://pier.example/a.png"}},
             {"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}},
             {"type": "file", "file": {"file_id": "f1", "filename": "plan.pdf"}}]}]},
         [Message("user", [Text("See"), Blob("image", PNG),
                           Uri("image", "https://pier.example/a.png"),
                           Blob("audio", "data:audio/wav;base64,UklG"), File("f1", "plan.pdf")])]),
    Case("a spoken answer",
         {"messages": [{"role": "assistant", "content": None,
                        "audio": {"data": "UklG", "transcript": "No."}}]},
         [Message("assistant", [Blob("audio", "data:audio/wav;base64,UklG", transcript="No.")])]),
    Case("empty", {"messages": [ASK, {"role": "assistant", "content": ""}]},
         [QUESTION, Message("assistant", [Text("")])]),
    Case("null", {"messages": [ASK, {"role": "assistant", "content": None}]},
         [QUESTION, Message("assistant", [])]),
    Case("calls that are none",
         {"messages": [{"role": "assistant", "content": "", "tool_calls": ["raw", None]}]},
         [Message("assistant", [Text(""), ToolCall("", "", "raw")])]),
    Case("what is unknown stays",
         {"messages": [ASK, {"role": "assistant", "content": "No.", "weight": 2, "id": "m2"},
                       "loose", {"x": 1}]},
         [QUESTION, Message("assistant", [Text("No.")], more={"weight": 2, "id": "m2"}),
          Message("other", [Text("loose")]), Message("other", [Unknown({"x": 1})])]),
]  # fmt: skip
