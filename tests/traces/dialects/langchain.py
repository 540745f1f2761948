"""LangChain's messages in each of their forms."""

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

ASK = {"type": "human", "content": "Is the ferry late?", "additional_kwargs": {}, "example": False}
CALL = {"name": "ferry", "args": {"line": 7}, "id": "c1", "type": "tool_call"}
CALLING = {"type": "ai", "content": "", "tool_calls": [CALL], "invalid_tool_calls": []}
TOLD_AGAIN = {"id": "c1", "type": "function",
              "function": {"name": "ferry", "arguments": '{"line": 7}'}}  # fmt: skip
RESULT = {"type": "tool", "content": '{"late": 5}', "tool_call_id": "c1", "status": "success"}
QUESTION = user("Is the ferry late?")
FERRY = ToolCall("c1", "ferry", {"line": 7})
CALLED = Message("assistant", [Text(""), FERRY])
ANSWERED = Message("tool", [ToolResponse("c1", "", {"late": 5})])


def lc(name: str, **kwargs: Any) -> dict[str, Any]:
    path = ["langchain", "schema", "messages", name]
    return {"lc": 1, "type": "constructor", "id": path, "kwargs": kwargs}


def ai(content: Any, **keys: Any) -> dict[str, Any]:
    return {"messages": [{"type": "ai", "content": content, **keys}]}


CASES = [
    Case("a call and its result",
         {"messages": [ASK, CALLING, RESULT, {"type": "ai", "content": "Yes."}]},
         [QUESTION, CALLED, ANSWERED, assistant("Yes.")]),
    Case("the half with the question", {"messages": [ASK]}, [QUESTION]),
    Case("one message alone", {"output": {"type": "ai", "content": "Yes."}}, [assistant("Yes.")]),
    Case("envelopes",
         {"messages": [[lc("HumanMessage", content="Is the ferry late?", type="human"),
                        lc("AIMessageChunk", content="", tool_calls=[CALL]),
                        lc("ToolMessage", content='{"late": 5}', tool_call_id="c1")]]},
         [QUESTION, CALLED, ANSWERED]),
    Case("under data",
         {"history": [{"type": "human", "data": {"content": "Is the ferry late?", "id": "h1"}},
                      {"type": "ai", "data": {"content": "Yes.", "type": "ai"}}]},
         [Message("user", [Text("Is the ferry late?")], more={"id": "h1"}), assistant("Yes.")]),
    Case("pairs", {"messages": [["system", "Be brief."], ["user", "Is the ferry late?"],
                                ["ai", "Yes."]]},
         [Message("system", [Text("Be brief.")]), QUESTION, assistant("Yes.")]),
    Case("roles of their own, and of OpenAI's",
         {"messages": [ASK, {"type": "chat", "role": "critic", "content": "Weak."},
                       {"role": "assistant", "content": "Yes."},
                       {"type": "function", "name": "ferry", "content": "late"}, ASK]},
         [QUESTION, Message("other", [Text("Weak.")], "critic"), assistant("Yes."),
          Message("tool", [ToolResponse("", "ferry", "late")]), QUESTION]),
    Case("calls that are told twice",
         ai("", tool_calls=[CALL], additional_kwargs={"tool_calls": [TOLD_AGAIN]},
            tool_call_chunks=[{**CALL, "args": '{"line": 7}', "index": 0}]), [CALLED]),
    Case("a call in the content too",
         ai([{"type": "text", "text": "Let me see.", "index": 0},
             {"type": "tool_use", "id": "c1", "name": "ferry", "input": {}}, "later"],
            tool_calls=[CALL]),
         [Message("assistant", [Text("Let me see."), FERRY, Text("later")])]),
    Case("calls beside the message alone",
         ai("", additional_kwargs={"tool_calls": [TOLD_AGAIN], "function_call": None}), [CALLED]),
    Case("a call that is not valid",
         ai("", tool_calls=[], additional_kwargs={"tool_calls": [
                {"id": "c2", "function": {"name": "ferry", "arguments": "{line"}}]},
            invalid_tool_calls=[{"name": "ferry", "args": "{line", "id": "c2",
                                 "error": "No such JSON."}]),
         [Message("assistant", [Text(""), ToolCall("c2", "ferry", {"arguments": "{line",
                                                                   "error": "No such JSON."})])]),
    Case("reasoning beside the message",
         ai("Yes.", additional_kwargs={"reasoning_content": "Tides first.", "mood": "calm"}),
         [Message("assistant", [Reasoning("Tides first."), Text("Yes.")],
                  more={"additional_kwargs": {"mood": "calm"}})]),
    Case("reasoning in blocks, and usage",
         ai([{"type": "reasoning", "reasoning": "Tides first.", "extras": {"signature": "c2Vh"}},
             {"type": "reasoning", "id": "r1", "summary": [{"type": "summary_text",
                                                            "text": "Then wind."}]},
             {"type": "text", "text": "Yes."}],
            usage_metadata={"input_tokens": 4}, response_metadata={"model_name": "sonata"}),
         [Message("assistant", [Reasoning("Tides first."), Reasoning("Then wind."), Text("Yes.")],
                  more={"extras": {"signature": "c2Vh"}, "id": "r1",
                        "usage_metadata": {"input_tokens": 4},
                        "response_metadata": {"model_name": "sonata"}})]),
    Case("files in blocks",
         {"messages": [{"type": "human", "content": [
             {"type": "image", "base64": "iVBORw0KGgo=", "mime_type": "image/png"},
             {"type": "image", "source_type": "url", "url": "https://pier.example/a.png"},
             {"type": "image_url", "image_url": {"url": PNG}},
             {"type": "audio", "source_type": "base64", "data": "UklG", "mime_type": "audio/wav"},
             {"type": "file", "base64": "JVBERg==", "mime_type": "application/pdf",
              "filename": "plan.pdf"},
             {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERg=="}},
             {"type": "text-plain", "text": "A note."}]}]},
         [Message("user", [Blob("image", PNG), Uri("image", "https://pier.example/a.png"),
                           Blob("image", PNG), Blob("audio", "data:audio/wav;base64,UklG"),
                           Blob("document", "data:application/pdf;base64,JVBERg==", "plan.pdf"),
                           Blob("document", "data:application/pdf;base64,JVBERg=="),
                           Text("A note.")])]),
    Case("a server's tool in blocks",
         ai([{"type": "server_tool_call", "id": "s1", "name": "search", "args": {"q": "pier"}},
             {"type": "server_tool_result", "tool_call_id": "s1", "status": "error",
              "output": "No way."},
             {"type": "invalid_tool_call", "id": "c2", "name": "ferry", "args": "{line"}]),
         [Message("assistant", [ToolCall("s1", "search", {"q": "pier"}, is_server=True),
                                ToolResponse("s1", "", "No way.", is_error=True),
                                ToolCall("c2", "ferry", "{line")])]),
    Case("a result that failed, with an artifact",
         {"messages": [{**RESULT, "status": "error", "name": "ferry", "content": "Off line.",
                        "artifact": {"log": "time out"}}, ASK]},
         [Message("tool", [ToolResponse("c1", "ferry", "Off line.", is_error=True)],
                  more={"artifact": {"log": "time out"}}), QUESTION]),
    Case("generations",
         {"generations": [[{"text": "Yes.", "type": "ChatGeneration",
                            "generation_info": {"finish_reason": "stop"},
                            "message": lc("AIMessage", content="Yes.")}]],
          "llm_output": {"model_name": "sonata"}},
         [Message("assistant", [Text("Yes.")],
                  more={"generation_info": {"finish_reason": "stop"}})],
         {"llm_output": {"model_name": "sonata"}}),
    Case("generations without messages",
         {"generations": [[{"text": "Yes.", "type": "Generation", "generation_info": None}]]},
         [assistant("Yes.")]),
    Case("a refusal", ai("", additional_kwargs={"refusal": "I can't."}),
         [Message("assistant", [Text(""), Text("I can't.")])]),
    Case("empty, and what is unknown",
         {"messages": [ASK, {"type": "ai", "content": None}, {"type": "ai", "content": []},
                       {"type": "ai", "content": [{"type": "mood", "mood": "calm"}]}, "loose"]},
         [QUESTION, Message("assistant", []), Message("assistant", []),
          Message("assistant", [Unknown({"type": "mood", "mood": "calm"})]),
          Message("other", [Text("loose")])]),
]  # fmt: skip
