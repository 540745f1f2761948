"""Threads and runs of OpenAI's Assistants, and parts that have a value."""

from traces.reading.conversation import (
    Blob,
    File,
    Message,
    Reasoning,
    Text,
    ToolCall,
    ToolResponse,
    Unknown,
)

from .case import PNG, Case, assistant, user


def said(text: str) -> dict[str, object]:
    return {"type": "text", "text": {"value": text, "annotations": []}}


QUESTION = user("Is the ferry late?")
ASK = {"role": "user", "content": [said("Is the ferry late?")]}
NO = {"role": "assistant", "content": [said("No.")]}
CASES = [
    Case("a thread", {"messages": [ASK, NO]}, [QUESTION, assistant("No.")]),
    Case("the first half", {"messages": [ASK]}, [QUESTION]),
    Case("a page of a thread, the last one first", {"object": "list", "has_more": False, "data": [
            {**NO, "object": "thread.message", "id": "m2", "created_at": 20},
            {**ASK, "object": "thread.message", "id": "m1", "created_at": 10}]},
         [Message("user", QUESTION.parts, more={"id": "m1", "created_at": 10}),
          Message("assistant", [Text("No.")], more={"id": "m2", "created_at": 20})],
         {"object": "list", "has_more": False}),
    Case("one message alone", {"object": "thread.message", **NO}, [assistant("No.")]),
    Case("notes and files", {"messages": [{"role": "assistant", "content": [
            {"type": "text", "text": {"value": "See [1]", "annotations": [
                {"type": "file_citation", "text": "[1]", "file_citation": {"file_id": "f1"}}]}},
            {"type": "image_file", "image_file": {"file_id": "f2", "detail": "auto"}},
            {"type": "image_url", "image_url": {"url": PNG}},
            {"type": "refusal", "refusal": "I can't."}]}]},
         [Message("assistant", [Text("See [1]"), File("f2", modality="image"), Blob("image", PNG),
                                Text("I can't.")],
                  more={"text": {"annotations": [
                      {"type": "file_citation", "text": "[1]",
                       "file_citation": {"file_id": "f1"}}]}})]),
    Case("parts with a value", {"messages": [
            {"role": "user", "content": [{"type": "text", "value": "Is the ferry late?"}]},
            {"role": "assistant", "content": [{"type": "reasoning", "value": "Ask the pier."},
                                              {"type": "text", "value": ""}]}]},
         [QUESTION, Message("assistant", [Reasoning("Ask the pier."), Text("")])]),
    Case("plain messages among them", {"messages": [
            {"role": "user", "content": "Is the ferry late?"}, NO]}, [QUESTION, assistant("No.")]),
    Case("steps of a run", {"data": [
            {"object": "thread.run.step", "status": "completed", "type": "tool_calls",
             "step_details": {"type": "tool_calls", "tool_calls": [
                {"id": "c1", "type": "function", "function": {
                    "name": "ferry", "arguments": '{"line": 7}', "output": '{"late": 5}'}},
                {"id": "c2", "type": "code_interpreter", "code_interpreter": {
                    "input": "print(5)", "outputs": [{"type": "logs", "logs": "five"}]}},
                {"id": "c3", "type": "function", "function": {
                    "name": "wait", "arguments": "{}", "output": None, "note": "no answer"}}]}}]},
         [Message("assistant", [
             ToolCall("c1", "ferry", {"line": 7}), ToolResponse("c1", "ferry", {"late": 5}),
             ToolCall("c2", "code_interpreter", "print(5)", True),
             ToolResponse("c2", "code_interpreter", "five"), ToolCall("c3", "wait", {})],
             more={"function": {"note": "no answer"}, "status": "completed",
                   "type": "tool_calls"})]),
    Case("what is unknown stays", {"messages": [
            ASK, {"role": "pilot", "content": [said("Soon."), {"type": "sonar", "depth": 9}]}]},
         [QUESTION, Message("other", [Text("Soon."), Unknown({"type": "sonar", "depth": 9})],
                            "pilot")]),
]  # fmt: skip
