"""Contents and parts of Google's Gemini."""

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

ASK = {"role": "user", "parts": [{"text": "Is the ferry late?"}]}
NO = {"role": "model", "parts": [{"text": "No."}]}
CALL = {"role": "model", "parts": [{"functionCall": {"name": "ferry", "args": {"line": 7}}}]}
GIVEN = {"role": "user", "parts": [{"functionResponse": {"name": "ferry",
                                                         "response": {"late": 5}}}]}  # fmt: skip
QUESTION = user("Is the ferry late?")
CALLED = Message("assistant", [ToolCall("", "ferry", {"line": 7})])
RESULT = Message("tool", [ToolResponse("", "ferry", {"late": 5})])
CODE = {"language": "PYTHON", "code": "print(5)"}
CASES = [
    Case("a conversation", {"contents": [ASK, CALL, GIVEN, NO]},
         [QUESTION, CALLED, RESULT, assistant("No.")]),
    Case("the first half", {"contents": [ASK], "systemInstruction": {
            "parts": [{"text": "Be brief."}]}, "generationConfig": {"temperature": 0}},
         [Message("system", [Text("Be brief.")]), QUESTION],
         {"generationConfig": {"temperature": 0}}),
    Case("the second half", {"contents": [CALL, GIVEN, NO]}, [CALLED, RESULT, assistant("No.")]),
    Case("one content", {"contents": ASK}, [QUESTION]),
    Case("one content alone", {"role": "model", "parts": [{"text": "No."}], "index": 3},
         [Message("assistant", [Text("No.")], more={"index": 3})]),
    Case("in the library's names",
         {"config": {"system_instruction": "Be brief.", "temperature": 0}, "contents": [
             {"role": "user", "parts": ["Is the ferry late?"]},
             {"role": "model", "parts": [{"text": None, "function_call": {
                 "id": "c1", "name": "ferry", "args": {"line": 7}}}]},
             {"role": "function", "parts": [{"function_response": {
                 "id": "c1", "name": "ferry", "response": {"late": 5}}}]}]},
         [Message("system", [Text("Be brief.")]), QUESTION,
          Message("assistant", [ToolCall("c1", "ferry", {"line": 7})]),
          Message("tool", [ToolResponse("c1", "ferry", {"late": 5})])],
         {"config": {"temperature": 0}}),
    Case("a question that is a text", {"contents": "Is the ferry late?",
                                       "system_instruction": ["Be", "brief."]},
         [Message("system", [Text("Be"), Text("brief.")]), QUESTION]),
    Case("a response", {"response": {"candidates": [{
            "content": {"role": "model", "parts": [
                {"text": "Ask the pier.", "thought": True, "thoughtSignature": "gAAA"},
                {"text": "No.", "thought": False}]},
            "finishReason": "STOP", "index": 0}],
            "usageMetadata": {"totalTokenCount": 9}, "modelVersion": "pier-1"}},
         [Message("assistant", [Reasoning("Ask the pier."), Text("No.")],
                  more={"thoughtSignature": "gAAA"})],
         {"response › usageMetadata": {"totalTokenCount": 9}, "response › modelVersion": "pier-1",
          "response › Candidate 1 › finishReason": "STOP"}),
    Case("several candidates",
         {"contents": [ASK], "candidates": [
             {"content": NO}, {"content": {"parts": [{"text": "A little."}]}, "index": 1},
             {"finishReason": "SAFETY"}]},
         [QUESTION], {"Candidate 3": {"finishReason": "SAFETY"}},
         {"Candidate 1": [assistant("No.")], "Candidate 2": [assistant("A little.")]}),
    Case("events of agents",
         {"events": [{"author": "user", "content": ASK}, {"author": "pilot", "content": CALL}]},
         [Message("user", QUESTION.parts, more={"author": "user"}),
          Message("assistant", CALLED.parts, more={"author": "pilot"})]),
    Case("pictures and files", {"contents": [{"role": "user", "parts": [
            {"text": "See"}, {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}},
            {"inline_data": {"mime_type": "audio/wav", "data": "UklG", "display_name": "a.wav"}},
            {"fileData": {"mimeType": "video/mp4", "fileUri": "https://pier.example/a.mp4"}}]}]},
         [Message("user", [Text("See"), Blob("image", PNG),
                           Blob("audio", "data:audio/wav;base64,UklG", "a.wav"),
                           Uri("video", "https://pier.example/a.mp4")])]),
    Case("code that the host runs", {"contents": [{"role": "model", "parts": [
            {"executableCode": CODE},
            {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "five"}},
            {"executable_code": CODE},
            {"code_execution_result": {"outcome": "OUTCOME_FAILED", "output": "no pier"}}]}]},
         [Message("assistant", [
             ToolCall("", "code_execution", CODE, True),
             ToolResponse("", "code_execution", "five"),
             ToolCall("", "code_execution", CODE, True),
             ToolResponse("", "code_execution", "no pier", is_error=True)],
             more={"code_execution_result": {"outcome": "OUTCOME_FAILED"}})]),
    Case("text beside a result", {"contents": [{"role": "user", "parts": [
            GIVEN["parts"][0], {"text": "And now?"}]}]},
         [RESULT, user("And now?")]),
    Case("what is unknown stays",
         {"contents": [ASK, {"role": "model"}, {"role": "model", "parts": [
             {"text": ""}, {"sonar": {"depth": 9}}, {"functionCall": {"name": "ferry", "x": 1}}]},
             "loose"]},
         [QUESTION, Message("assistant", []),
          Message("assistant", [Text(""), Unknown({"sonar": {"depth": 9}}),
                                ToolCall("", "ferry", None)], more={"functionCall": {"x": 1}}),
          Message("other", [Text("loose")])]),
]  # fmt: skip
