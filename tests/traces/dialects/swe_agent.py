"""SWE-agent's trajectories, and steps of other agents."""

from typing import Any

from traces.reading.conversation import Message, Reasoning, Text, ToolCall, ToolResponse

from .case import Case, user

STEP = {
    "thought": "Look first.", "action": "ls piers", "observation": "north.py\nsouth.py",
    "response": "Look first.", "state": '{"open_file": "none"}', "execution_time": 0.4,
}  # fmt: skip
BESIDE = {"state": '{"open_file": "none"}', "execution_time": 0.4}
THOUGHT = Reasoning("Look first.")
LISTED = ToolCall("", "action", "ls piers")
SAW = Message("tool", [ToolResponse("", "", "north.py\nsouth.py")])


def steps(*found: object, **beside: Any) -> dict[str, Any]:
    return {"trajectory": list(found), **beside}


CASES = [
    Case("a step, with what is known of the run",
         steps(STEP, info={"exit_status": "submitted", "submission": "a patch"},
               environment="main"),
         [Message("assistant", [THOUGHT, LISTED], more=BESIDE), SAW],
         {"info": {"exit_status": "submitted", "submission": "a patch"}, "environment": "main"}),
    Case("the task from the history",
         steps({"thought": "Look first.", "action": "ls piers", "observation": "north.py"},
               history=[{"role": "system", "content": "You mend piers.", "agent": "main"},
                        {"role": "user", "content": "Mend the north pier."},
                        {"role": "assistant", "content": "Look first.", "action": "ls piers"}]),
         [Message("system", [Text("You mend piers.")], more={"agent": "main"}),
          user("Mend the north pier."), Message("assistant", [THOUGHT, LISTED]),
          Message("tool", [ToolResponse("", "", "north.py")])],
         {"history": [{"role": "assistant", "content": "Look first.", "action": "ls piers"}]},
         also=("openai_chat",)),
    Case("a response that tells more",
         steps({**STEP, "state": None, "execution_time": None, "response": "It is the north one."}),
         [Message("assistant", [THOUGHT, Text("It is the north one."), LISTED]), SAW]),
    Case("a response that tells thought and action again",
         steps({**STEP, "state": None, "execution_time": None,
                "response": "Look first.\n```\nls piers\n```"}),
         [Message("assistant", [THOUGHT, LISTED],
                  more={"response": "Look first.\n```\nls piers\n```"}), SAW]),
    Case("two steps, the first without an observation",
         steps({"thought": "", "action": "touch north.py", "observation": ""},
               {"thought": "Look first.", "action": "ls piers", "observation": "north.py"}),
         [Message("assistant", [ToolCall("", "action", "touch north.py")]),
          Message("tool", [ToolResponse("", "", "")]), Message("assistant", [THOUGHT, LISTED]),
          Message("tool", [ToolResponse("", "", "north.py")])]),
    Case("a tool and its input",
         {"steps": [{"thought": "Look first.", "action": "ferry", "action_input": '{"line": 7}',
                     "observation": '{"late": 5}'}]},
         [Message("assistant", [THOUGHT, ToolCall("", "ferry", {"line": 7})]),
          Message("tool", [ToolResponse("", "", {"late": 5})])]),
    Case("an action that is a call",
         steps({"action": {"name": "ferry", "arguments": {"line": 7}}, "observation": "late"}),
         [Message("assistant", [ToolCall("", "ferry", {"line": 7})]),
          Message("tool", [ToolResponse("", "", "late")])]),
    Case("nothing done", steps({"thought": "Done here.", "action": "", "observation": None}),
         [Message("assistant", [Reasoning("Done here.")])]),
]  # fmt: skip
