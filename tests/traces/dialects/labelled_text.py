"""Texts whose paragraphs name their speakers."""

from traces.reading.conversation import Message, Text

from .case import Case, assistant, user

SAID = "\n\nHuman: Is the ferry late?\n\nAssistant: Ten minutes."
QUESTION, ANSWER = user("Is the ferry late?"), assistant("Ten minutes.")
CASES = [
    Case("paragraphs", {"transcript": SAID, "id": "s1"}, [QUESTION, ANSWER], {"id": "s1"}),
    Case("lines", {"text": "User: Is the ferry late?\nAssistant: Ten\nminutes.\nUser: Thanks"},
         [QUESTION, assistant("Ten\nminutes."), user("Thanks")]),
    Case("paragraphs within an answer",
         {"text": "Human: Is the ferry late?\n\nAssistant: Ten minutes.\n\nNote: fog.\n"
                  "Human: error is common."},
         [QUESTION, assistant("Ten minutes.\n\nNote: fog.\nHuman: error is common.")]),
    Case("short labels", {"conversation": "H: Is the ferry late?\n\nA: Ten minutes."},
         [QUESTION, ANSWER]),
    Case("a prompt whose answer is to come",
         {"prompt": "Human: Is the ferry late?\n\nAssistant:", "margin": 2}, [QUESTION],
         {"margin": 2}),
    Case("an empty question", {"prompt": "Human:\n\nAssistant: Ten minutes."},
         [Message("user", [Text("")]), ANSWER]),
    Case("in an object", {"row": {"text": SAID, "margin": 2}}, [QUESTION, ANSWER],
         {"row › margin": 2}),
]  # fmt: skip
