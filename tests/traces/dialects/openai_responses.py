"""Items of OpenAI's Responses API, and of the Agents SDKs."""

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

ASK = {"role": "user", "content": "Is the ferry late?"}
QUESTION = user("Is the ferry late?")
CALL = {"type": "function_call", "call_id": "c1", "name": "ferry", "arguments": '{"line": 7}'}
CALLED = Message("assistant", [ToolCall("c1", "ferry", {"line": 7})])
GIVEN = {"type": "function_call_output", "call_id": "c1", "output": '{"late": 5}'}
RESULT = Message("tool", [ToolResponse("c1", "", {"late": 5})])
SAID = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "No."}]}
THOUGHT = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Ask the pier."}]}


def server(name: str, arguments: object, response: object, *beside: Blob) -> Message:
    given = ToolResponse("i1", name, response, beside)
    return Message("assistant", [ToolCall("i1", name, arguments, True), given])


CASES = [
    Case("a whole turn", {"input": [ASK], "output": [THOUGHT, CALL, GIVEN, SAID]},
         [QUESTION, Message("assistant", [Reasoning("Ask the pier.")]), CALLED, RESULT,
          assistant("No.")], also=("openai_chat",)),
    Case("a response", {"response": {
            "id": "r1", "object": "response", "model": "pier-1", "instructions": "Be brief.",
            "output": [SAID], "output_text": "No.", "usage": {"total_tokens": 9}}},
         [assistant("No.")],
         {"response › id": "r1", "response › object": "response", "response › model": "pier-1",
          "response › instructions": "Be brief.", "response › usage": {"total_tokens": 9}}),
    Case("a request", {"model": "pier-1", "instructions": "Be brief.",
                       "input": "Is the ferry late?"},
         [Message("system", [Text("Be brief.")]), QUESTION], {"model": "pier-1"}),
    Case("a request of messages", {"instructions": "Be brief.", "input": [ASK]},
         [Message("system", [Text("Be brief.")]), QUESTION], also=("openai_chat",)),
    Case("the first half", {"messages": [{"role": "user", "content": [
            {"type": "input_text", "text": "See"},
            {"type": "input_image", "image_url": PNG, "detail": "auto"},
            {"type": "input_file", "file_id": "f1"}]}]},
         [Message("user", [Text("See"), Blob("image", PNG), File("f1")])]),
    Case("the second half", {"messages": [SAID, ASK]}, [assistant("No."), QUESTION]),
    Case("ids and notes",
         {"output": [{"type": "message", "id": "m1", "role": "assistant", "status": "completed",
                      "content": [{"type": "output_text", "text": "", "logprobs": []},
                                  {"type": "output_text", "text": "No.", "annotations": [
                                      {"type": "url_citation", "url": "https://pier.example"}]},
                                  {"type": "refusal", "refusal": "I can't."}]}]},
         [Message("assistant", [Text(""), Text("No."), Text("I can't.")], more={
             "id": "m1",
             "annotations": [[{"type": "url_citation", "url": "https://pier.example"}]]})]),
    Case("reasoning, told and hidden",
         {"output": [{"type": "reasoning", "id": "t1", "summary": [], "encrypted_content": "gAAA",
                      "content": [{"type": "reasoning_text", "text": "Tides."}]}, SAID]},
         [Message("assistant", [Reasoning("Tides.")],
                  more={"id": "t1", "encrypted_content": "gAAA"}), assistant("No.")]),
    Case("a result of parts",
         {"output": [CALL, {"type": "function_call_output", "call_id": "c1", "output": [
             {"type": "input_text", "text": "five"}, {"type": "input_image", "image_url": PNG}]}]},
         [CALLED, Message("tool", [ToolResponse("c1", "", "five", (Blob("image", PNG),))])]),
    Case("as the other Agents SDK writes it",
         {"history": [ASK, {"type": "function_call", "callId": "c1", "name": "ferry",
                            "arguments": '{"line": 7}', "status": "completed"},
                      {"type": "function_call_result", "callId": "c1", "name": "ferry",
                       "output": {"type": "text", "text": "five"}}]},
         [QUESTION, CALLED, Message("tool", [ToolResponse("c1", "ferry", "five")])]),
    Case("chat messages among items",
         {"input": [ASK, {"role": "assistant", "content": "No."}, CALL, GIVEN]},
         [QUESTION, assistant("No."), CALLED, RESULT], also=("openai_chat",)),
    Case("a search", {"output": [
            {"type": "web_search_call", "id": "i1", "status": "completed",
             "action": {"type": "search", "query": "ferry line 7"}},
            {"type": "file_search_call", "id": "i1", "queries": ["timetable"],
             "results": [{"text": "Line 7: 09:15"}]}]},
         [Message("assistant", [ToolCall("i1", "web_search",
                                         {"type": "search", "query": "ferry line 7"}, True)]),
          server("file_search", {"queries": ["timetable"]}, [{"text": "Line 7: 09:15"}])]),
    Case("code", {"output": [
            {"type": "code_interpreter_call", "id": "i1", "code": "print(5)", "container_id": "k1",
             "outputs": [{"type": "logs", "logs": "five"}, {"type": "image", "url": PNG}]}]},
         [Message("assistant", server("code_interpreter", {"code": "print(5)"}, "five",
                                      Blob("image", PNG)).parts, more={"container_id": "k1"})]),
    Case("code that is unknown", {"output": [
            {"type": "code_interpreter_call", "id": "i1", "code": "print(5)",
             "outputs": [{"type": "logs", "logs": "five"}, "loose"]}]},
         [server("code_interpreter", {"code": "print(5)"},
                 [{"type": "logs", "logs": "five"}, "loose"])]),
    Case("a picture that is drawn", {"output": [
            {"type": "image_generation_call", "id": "i1", "revised_prompt": "A pier",
             "result": "iVBORw0KGgo="}]},
         [server("image_generation", {"revised_prompt": "A pier"}, "", Blob("image", PNG))]),
    Case("a server's tool that fails", {"output": [
            {"type": "mcp_list_tools", "server_label": "pier", "tools": [{"name": "ferry"}]},
            {"type": "mcp_call", "id": "i1", "name": "ferry", "server_label": "pier",
             "arguments": '{"line": 7}', "output": None, "error": "No such line"}]},
         [Message("other", [Unknown({"server_label": "pier", "tools": [{"name": "ferry"}]})],
                  "mcp list tools"),
          Message("assistant", [
              ToolCall("i1", "ferry", {"line": 7}, True),
              ToolResponse("i1", "ferry", {"error": "No such line"}, is_error=True)],
              more={"server_label": "pier"})]),
    Case("a computer and its picture", {"output": [
            {"type": "computer_call", "call_id": "c1", "action": {"type": "click", "x": 1}},
            {"type": "computer_call_output", "call_id": "c1", "output": {
                "type": "computer_screenshot", "image_url": "https://pier.example/a.png"}}]},
         [Message("assistant", [ToolCall("c1", "computer", {"type": "click", "x": 1})]),
          Message("tool", [ToolResponse("c1", "", "", (
              Uri("image", "https://pier.example/a.png"),))])]),
    Case("shells and tools of one's own", {"output": [
            {"type": "local_shell_call", "call_id": "c1", "action": {"command": ["ls"]}},
            {"type": "local_shell_call_output", "id": "c1", "output": "pier.txt"},
            {"type": "custom_tool_call", "call_id": "c2", "name": "note", "input": "Late today"},
            {"type": "custom_tool_call_output", "call_id": "c2", "output": "noted"}]},
         [Message("assistant", [ToolCall("c1", "local_shell", {"command": ["ls"]})]),
          Message("tool", [ToolResponse("c1", "", "pier.txt")]),
          Message("assistant", [ToolCall("c2", "note", "Late today")]),
          Message("tool", [ToolResponse("c2", "", "noted")])]),
    Case("references and compaction", {"input": [
            {"type": "compaction", "encrypted_content": "gAAA"},
            {"type": "compaction", "summary": [{"type": "summary_text", "text": "Line 7 ran."}]},
            {"type": "item_reference", "id": "m1"}, ASK]},
         [Message("other", [Compaction("")], "compaction", {"encrypted_content": "gAAA"}),
          Message("other", [Compaction("Line 7 ran.")], "compaction"),
          Message("other", [Unknown({"id": "m1"})], "item reference"), QUESTION]),
]  # fmt: skip
