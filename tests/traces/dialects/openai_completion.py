"""Responses of OpenAI's completions, chat and older."""

from traces.reading.conversation import Message, Reasoning, Text, ToolCall, Unknown, Uri

from .case import Case, assistant, user

ASK = {"role": "user", "content": "Is the ferry late?"}
NO = {"role": "assistant", "content": "No."}
QUESTION = user("Is the ferry late?")
USAGE = {"usage": {"total_tokens": 9}, "model": "pier-1"}
CASES = [
    Case("a response", {"id": "r1", "object": "chat.completion", **USAGE,
                        "choices": [{"index": 0, "message": NO, "finish_reason": "stop"}]},
         [assistant("No.")],
         {"id": "r1", "object": "chat.completion", **USAGE, "Choice 1 › finish_reason": "stop"}),
    Case("under a key", {"response": {"choices": [{"message": NO}], **USAGE}, "score": 1},
         [assistant("No.")],
         {"response › usage": {"total_tokens": 9}, "response › model": "pier-1", "score": 1}),
    Case("as text", {"response": '{"choices": [{"message": {"content": "No."}}]}'},
         [assistant("No.")]),
    Case("several choices",
         {"choices": [{"index": 0, "message": NO},
                      {"index": 1, "message": {"role": "assistant", "content": "A little."},
                       "finish_reason": "length"}]},
         [], {"Choice 2 › finish_reason": "length"},
         {"Choice 1": [assistant("No.")], "Choice 2": [assistant("A little.")]}),
    Case("a call and reasoning",
         {"choices": [{"message": {
             "role": "assistant", "content": None, "reasoning_content": "Ask the pier.",
             "tool_calls": [{"id": "c1", "type": "function",
                             "function": {"name": "ferry", "arguments": '{"line": 7}'}}]}}]},
         [Message("assistant",
                  [Reasoning("Ask the pier."), ToolCall("c1", "ferry", {"line": 7})])]),
    Case("an empty answer", {"choices": [{"message": {"role": "assistant", "content": ""}}]},
         [Message("assistant", [Text("")])]),
    Case("request and response in one",
         {"messages": [ASK], "temperature": 0.5, "choices": [{"message": NO}]},
         [QUESTION, assistant("No.")], {"temperature": 0.5}, also=("openai_chat",)),
    Case("the older completion",
         {"prompt": "The ferry is", "choices": [{"text": " late.", "index": 0}]},
         [user("The ferry is"), assistant(" late.")]),
    Case("several older ones",
         {"choices": [{"text": " late.", "index": 0}, {"text": " here.", "index": 1}]}, [], {},
         {"Choice 1": [assistant(" late.")], "Choice 2": [assistant(" here.")]}),
    Case("a choice that is none", {"choices": [{"message": NO}, "a stray"]},
         [assistant("No.")], {"Choice 2": "a stray"}),
    Case("Mistral's, whose thoughts are parts",
         {"choices": [{"message": {"role": "assistant", "content": [
             {"type": "thinking", "thinking": [{"type": "text", "text": "Tides first."}]},
             {"type": "text", "text": "No."},
             {"type": "document_url", "document_url": "https://pier.example/a.pdf"},
             {"type": "thinking", "thinking": [{"mood": "calm"}]}]}}]},
         [Message("assistant", [Reasoning("Tides first."), Text("No."),
                                Uri("document", "https://pier.example/a.pdf"),
                                Unknown({"type": "thinking", "thinking": [{"mood": "calm"}]})])]),
    Case("with filters, and reasoning of its own",
         {"choices": [{"index": 0, "content_filter_results": {"hate": {"filtered": False}},
                       "message": {**NO, "reasoning": "Tides first.", "tool_calls": []}}]},
         [Message("assistant", [Reasoning("Tides first."), Text("No.")])],
         {"Choice 1 › content_filter_results": {"hate": {"filtered": False}}}),
]  # fmt: skip
