"""Anthropic's messages: content blocks, results in the user's messages, whole answers."""

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

from .case import PNG, Case, user

SAID = {"type": "text", "text": "Ten minutes."}
PNG_SOURCE = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
PICTURE = {"type": "image", "source": PNG_SOURCE}
THOUGHT = {"type": "thinking", "thinking": "Tides first.", "signature": "c2VhbGVk"}
CALL = {"type": "tool_use", "id": "t1", "name": "ferry", "input": {"line": 7}}
RESULT = {"type": "tool_result", "tool_use_id": "t1", "content": '{"late": 5}'}
SERVER = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "pier"}}
FOUND = {"type": "web_search_tool_result", "tool_use_id": "s1", "content": [
    {"type": "web_search_result", "url": "https://pier.example", "title": "The pier",
     "encrypted_content": "b3BhcXVl"}]}  # fmt: skip
ANSWER = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": "sonata", "content": [SAID],
    "stop_reason": "end_turn", "usage": {"input_tokens": 4},
}  # fmt: skip
BESIDE_ANSWER = {"id": "msg_1", "model": "sonata", "stop_reason": "end_turn",
                 "usage": {"input_tokens": 4}}  # fmt: skip
CALLED = ToolCall("t1", "ferry", {"line": 7})
MOOD = {"type": "mood", "mood": "calm"}
ANSWERED = Message("assistant", [Text("Ten minutes.")])


def said(*blocks: object, role: str = "assistant") -> dict[str, object]:
    return {"messages": [{"role": role, "content": list(blocks)}]}


def tool(*results: ToolResponse) -> Message:
    return Message("tool", list(results))


CASES = [
    Case("a call and its result",
         {"messages": [{"role": "user", "content": "Is it late?"},
                       {"role": "assistant", "content": [THOUGHT, CALL]},
                       {"role": "user", "content": [RESULT]},
                       {"role": "assistant", "content": [SAID]}]},
         [user("Is it late?"),
          Message("assistant", [Reasoning("Tides first."), CALLED],
                  more={"signature": "c2VhbGVk"}),
          tool(ToolResponse("t1", "", {"late": 5})), ANSWERED]),
    Case("the half with the answer", said(THOUGHT, SAID),
         [Message("assistant", [Reasoning("Tides first."), Text("Ten minutes.")],
                  more={"signature": "c2VhbGVk"})]),
    Case("results before the user's text",
         said(RESULT, {**RESULT, "tool_use_id": "t2", "is_error": True, "content": "gone"},
              {"type": "text", "text": "Go on."}, role="user"),
         [tool(ToolResponse("t1", "", {"late": 5}),
               ToolResponse("t2", "", "gone", is_error=True)), user("Go on.")]),
    Case("a picture in a result", said({**RESULT, "content": [SAID, PICTURE]}, role="user"),
         [tool(ToolResponse("t1", "", "Ten minutes.", (Blob("image", PNG),)))]),
    Case("a result that holds more than texts",
         said({**RESULT, "content": [SAID, {"type": "tool_reference", "tool_name": "map"}]},
              role="user"),
         [tool(ToolResponse("t1", "", [SAID, {"type": "tool_reference", "tool_name": "map"}]))]),
    Case("an empty result", said({**RESULT, "content": [], "is_error": False}, role="user"),
         [tool(ToolResponse("t1", "", ""))]),
    Case("a result without content", said({"type": "tool_result", "tool_use_id": "t1"},
                                          role="user"),
         [tool(ToolResponse("t1", "", None))]),
    Case("thoughts that are hidden",
         said({"type": "redacted_thinking", "data": "c2VhbGVk"}, {**THOUGHT, "thinking": ""}, SAID),
         [Message("assistant", [Text("Ten minutes.")],
                  more={"redacted_thinking": "c2VhbGVk", "signature": "c2VhbGVk"})]),
    Case("a server's tool", said(SERVER, FOUND, SAID),
         [Message("assistant",
                  [ToolCall("s1", "web_search", {"query": "pier"}, is_server=True),
                   ToolResponse("s1", "", [{"url": "https://pier.example", "title": "The pier"}]),
                   Text("Ten minutes.")],
                  more={"encrypted_content": "b3BhcXVl"})]),
    Case("a server's tool that fails",
         said(SERVER, {**FOUND, "content": {"type": "web_search_tool_result_error",
                                            "error_code": "too_many"}}),
         [Message("assistant",
                  [ToolCall("s1", "web_search", {"query": "pier"}, is_server=True),
                   ToolResponse("s1", "", {"type": "web_search_tool_result_error",
                                           "error_code": "too_many"}, is_error=True)])]),
    Case("code that the server ran",
         said({"type": "server_tool_use", "id": "s2", "name": "code_execution",
               "input": {"code": "1 + 1"}},
              {"type": "code_execution_tool_result", "tool_use_id": "s2",
               "content": {"type": "code_execution_result", "stdout": "two\n", "return_code": 0}}),
         [Message("assistant",
                  [ToolCall("s2", "code_execution", {"code": "1 + 1"}, is_server=True),
                   ToolResponse("s2", "", {"stdout": "two\n", "return_code": 0})])]),
    Case("a tool of a remote server",
         said({"type": "mcp_tool_use", "id": "m1", "name": "berths", "input": {},
               "server_name": "harbour"},
              {"type": "mcp_tool_result", "tool_use_id": "m1", "is_error": False,
               "content": [SAID]}),
         [Message("assistant", [ToolCall("m1", "berths", {}, is_server=True),
                                ToolResponse("m1", "", "Ten minutes.")],
                  more={"server_name": "harbour"})]),
    Case("pictures and documents",
         said(PICTURE, {"type": "image", "source": {"type": "url", "url": "https://a.example/b"}},
              {"type": "image", "source": {"type": "file", "file_id": "f1"}},
              {"type": "document", "title": "Fares", "context": "of this year",
               "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERg=="}},
              {"type": "document", "title": "Note",
               "source": {"type": "text", "media_type": "text/plain", "data": "Bring coins."}},
              {"type": "document", "source": {"type": "content", "content": [SAID]}},
              {"type": "container_upload", "file_id": "f2"}, role="user"),
         [Message("user", [Blob("image", PNG), Uri("image", "https://a.example/b"),
                           File("f1", modality="image"),
                           Blob("document", "data:application/pdf;base64,JVBERg==", "Fares"),
                           Text("Note"), Text("Bring coins."), Text("Ten minutes."), File("f2")],
                  more={"context": "of this year"})]),
    Case("a passage that was found",
         said({"type": "search_result", "source": "https://pier.example", "title": "The pier",
               "content": [SAID], "citations": {"enabled": True}}, role="user"),
         [Message("user", [Uri("document", "https://pier.example", "The pier"),
                           Text("Ten minutes.")])]),
    Case("citations", said({**SAID, "citations": [{"cited_text": "ten"}]},
                           {**SAID, "citations": [{"cited_text": "minutes"}]}),
         [Message("assistant", [Text("Ten minutes."), Text("Ten minutes.")],
                  more={"citations": [{"cited_text": "ten"}, {"cited_text": "minutes"}]})]),
    Case("system as blocks that are cached",
         {"system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
          "messages": [{"role": "assistant", "content": [THOUGHT]}], "max_tokens": 9},
         [Message("system", [Text("Be brief.")]),
          Message("assistant", [Reasoning("Tides first.")], more={"signature": "c2VhbGVk"})],
         {"max_tokens": 9}),
    Case("a summary of what was before", said({"type": "compaction", "content": "They met."}, SAID),
         [Message("assistant", [Compaction("They met."), Text("Ten minutes.")])]),
    Case("calls and results as OpenAI has them",
         {"messages": [
             {"role": "assistant", "content": [THOUGHT, SAID], "tool_calls": [
                 {"id": "t1", "function": {"name": "ferry", "arguments": '{"line": 7}'}}]},
             {"role": "tool", "tool_call_id": "t1", "content": [SAID]}]},
         [Message("assistant", [Reasoning("Tides first."), Text("Ten minutes."), CALLED],
                  more={"signature": "c2VhbGVk"}),
          tool(ToolResponse("t1", "", "Ten minutes."))]),
    Case("a whole answer", ANSWER, [ANSWERED], BESIDE_ANSWER),
    Case("a whole answer under a key", {"response": ANSWER, "score": 1}, [ANSWERED],
         {**{f"response › {key}": value for key, value in BESIDE_ANSWER.items()}, "score": 1}),
    Case("the blocks of an answer alone", {"content": [SAID, CALL], "stop_reason": "tool_use"},
         [Message("assistant", [Text("Ten minutes."), CALLED])], {"stop_reason": "tool_use"}),
    Case("whole answers in a list", {"messages": [{**ANSWER, "content": [CALL]}]},
         [Message("assistant", [CALLED], more={"type": "message", **BESIDE_ANSWER})]),
    Case("what is unknown stays", said(THOUGHT, MOOD, "loose", 5, None),
         [Message("assistant",
                  [Reasoning("Tides first."), Unknown(MOOD), Text("loose"), Unknown(5)],
                  more={"signature": "c2VhbGVk"})]),
    Case("a message of a kind that is new",
         {"messages": [{"role": "assistant", "content": [CALL]},
                       {"role": "assistant", "content": [MOOD]}]},
         [Message("assistant", [CALLED]), Message("assistant", [Unknown(MOOD)])]),
    Case("no content", {"messages": [{"role": "assistant", "content": [CALL]},
                                     {"role": "user", "content": []}]},
         [Message("assistant", [CALLED]), Message("user", [])]),
]  # fmt: skip
