"""Answers that are compared, in texts and in other dialects."""

from typing import Any

from traces.reading.conversation import Message, Text, ToolCall, Unknown

from .case import Case, assistant, user

ASK = {"role": "user", "content": "Is the ferry late?"}
LATE = {"role": "assistant", "content": "Ten minutes."}
NO_IDEA = {"role": "assistant", "content": "No idea."}
QUESTION = user("Is the ferry late?")
SYSTEM = Message("system", [Text("Be brief.")])
RIVALS = {"chosen": [assistant("Ten minutes.")], "rejected": [assistant("No idea.")]}


def answers(chosen: Any = "Ten minutes.", rejected: Any = "No idea.") -> dict[str, Any]:
    return {"chosen": chosen, "rejected": rejected}


CASES = [
    Case("texts", {"prompt": "Is the ferry late?", **answers(), "score_chosen": 4},
         [QUESTION], {"score_chosen": 4}, RIVALS),
    Case("the half with the answers", {**answers(), "margin": 2}, [], {"margin": 2}, RIVALS),
    Case("a question with a system text",
         {"system": "Be brief.", "question": "Is the ferry late?", **answers()},
         [SYSTEM, QUESTION], rivals=RIVALS),
    Case("messages", {"prompt": [ASK], **answers([LATE], [NO_IDEA])}, [QUESTION], rivals=RIVALS,
         also=("openai_chat",)),
    Case("whole conversations with the question again",
         {"prompt": "Is the ferry late?", **answers([ASK, LATE], [ASK, NO_IDEA])},
         [QUESTION], rivals=RIVALS, also=("openai_chat",)),
    Case("whole conversations alone", answers([ASK, LATE], [ASK, NO_IDEA]), [QUESTION],
         rivals=RIVALS, also=("openai_chat",)),
    Case("the same answer twice", answers([ASK, LATE], [ASK, LATE]), [QUESTION],
         rivals={"chosen": [assistant("Ten minutes.")], "rejected": [assistant("Ten minutes.")]},
         also=("openai_chat",)),
    Case("ShareGPT's messages",
         {"conversations": [{"from": "human", "value": "Is the ferry late?"}],
          **answers({"from": "gpt", "value": "Ten minutes."},
                    {"from": "gpt", "value": "No idea."})},
         [QUESTION], rivals=RIVALS, also=("sharegpt",)),
    Case("different dialects",
         answers([{"role": "assistant", "content": [
             {"type": "tool_use", "id": "t1", "name": "ferry", "input": {}}]}], [NO_IDEA]),
         [], rivals={"chosen": [Message("assistant", [ToolCall("t1", "ferry", {})])],
                     "rejected": [assistant("No idea.")]}, also=("anthropic", "openai_chat")),
    Case("a whole response",
         answers({"choices": [{"index": 0, "message": LATE}], "model": "sonata"}), [],
         {"chosen › model": "sonata"}, RIVALS, also=("openai_completion",)),
    Case("numbered answers",
         {"instruction": "Is the ferry late?", "response_a": "Ten minutes.",
          "response_b": "No idea.", "response_c": "Ask them.", "winner": "response_a"},
         [QUESTION], {"winner": "response_a"},
         {"response_a": [assistant("Ten minutes.")], "response_b": [assistant("No idea.")],
          "response_c": [assistant("Ask them.")]}),
    Case("numbers without a line", {"completion1": "Ten minutes.", "completion2": ""}, [],
         rivals={"completion1": [assistant("Ten minutes.")], "completion2": [assistant("")]}),
    Case("answers as JSON", answers('{"late": "ten"}', {"late": "unsure"}), [],
         rivals={"chosen": [Message("assistant", [Unknown({"late": "ten"})])],
                 "rejected": [Message("assistant", [Unknown({"late": "unsure"})])]}),
    Case("texts with several speakers",
         answers("\n\nHuman: Is the ferry late?\n\nAssistant: Ten minutes.",
                 "\n\nHuman: Is the ferry late?\n\nAssistant: No idea."),
         [QUESTION], rivals=RIVALS, also=("labelled_text",)),
    Case("a prompt with several speakers, before texts alone",
         {"prompt": "Human: Is the ferry late?\n\nAssistant:", **answers()}, [QUESTION],
         rivals=RIVALS, also=("labelled_text",)),
]  # fmt: skip
