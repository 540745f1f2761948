"""Cohere's chat history, requests and responses."""

from typing import Any

from traces.reading.conversation import Message, Text, ToolCall, ToolResponse, Unknown

from .case import Case, assistant, user


def said(role: str, message: Any = None, **beside: Any) -> dict[str, Any]:
    return {"role": role, "message": message, **beside}


ASK = said("USER", "Is the ferry late?")
QUESTION = user("Is the ferry late?")
SAID = said("CHATBOT", "Ten minutes.")
ANSWER = assistant("Ten minutes.")
CALL = {"name": "ferry", "parameters": {"line": 7}}
CALLING = said("CHATBOT", "", tool_calls=[CALL])
CALLED = Message("assistant", [ToolCall("", "ferry", {"line": 7})])
GIVEN = [{"call": CALL, "outputs": [{"late": 5}]}]
RESULT = Message("tool", [ToolResponse("", "ferry", {"late": 5})],
                 more={"tool_results": [{"call": {"parameters": {"line": 7}}}]})  # fmt: skip
CASES = [
    Case("a call and its result",
         {"chat_history": [said("SYSTEM", "Be brief."), ASK, CALLING,
                           {"role": "TOOL", "tool_results": GIVEN}, SAID]},
         [Message("system", [Text("Be brief.")]), QUESTION, CALLED, RESULT, ANSWER]),
    Case("a request", {"preamble": "Be brief.", "model": "pier-1", "chat_history": [ASK, SAID],
                       "message": "And line 8?"},
         [Message("system", [Text("Be brief.")]), QUESTION, ANSWER, user("And line 8?")],
         {"model": "pier-1"}),
    Case("a request with results", {"message": "", "chat_history": [ASK, CALLING],
                                    "tool_results": GIVEN}, [QUESTION, CALLED, RESULT]),
    Case("a response, whose history has the answer",
         {"text": "Ten minutes.", "generation_id": "g1", "chat_history": [ASK, SAID],
          "finish_reason": "COMPLETE"},
         [QUESTION, ANSWER], {"generation_id": "g1", "finish_reason": "COMPLETE"}),
    Case("a response with calls alone",
         {"response": {"text": "", "generation_id": "g1", "tool_calls": [CALL]}},
         [CALLED], {"response › generation_id": "g1"}),
    Case("a response with a text alone", {"text": "Ten minutes.", "generation_id": "g1"},
         [ANSWER], {"generation_id": "g1"}),
    Case("words of others, under another key",
         {"turns": [said("user", "Is the ferry late?", name="Noor"), said("bot", "Ten minutes."),
                    said("tool", '{"late": 5}')]},
         [Message("user", [Text("Is the ferry late?")], "Noor"), ANSWER,
          Message("tool", [ToolResponse("", "", {"late": 5})])]),
    Case("the half with the answer", {"chat_history": [SAID]}, [ANSWER]),
    Case("results of several, or none",
         {"chat_history": [ASK, {"role": "TOOL", "tool_results": [
             {"call": {"name": "ferry"}, "outputs": ["late", "full"]}, {"late": 5}]}]},
         [QUESTION, Message("tool", [ToolResponse("", "ferry", ["late", "full"]),
                                     ToolResponse("", "", {"late": 5})])]),
    Case("empty, and what is unknown",
         {"chat_history": [ASK, said("CHATBOT", ""), said("CHATBOT", "No.", mood="calm"), SAID,
                           "loose", {"x": 1}]},
         [QUESTION, assistant(""), Message("assistant", [Text("No.")], more={"mood": "calm"}),
          ANSWER, Message("other", [Text("loose")]), Message("other", [Unknown({"x": 1})])]),
]  # fmt: skip
