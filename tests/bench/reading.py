"""What reading one large item costs the server, from stored JSON to HTML."""

import json
import statistics
import time
from typing import Any

from django.template.loader import render_to_string

from traces.reading.sections import read_content

from .telling import budget

RUNS = 7
MOST_MS = {"300 messages": 30, "2 MB in one result": 150, "2 MB in 2,000 messages": 120}


def measure() -> None:
    print("\nReading one item, processor time, median of 7")
    for name, content in contents().items():
        stored = json.dumps(content)
        taken, most = _middle(stored), MOST_MS[name]
        budget(name, f"{taken:.1f} ms", f"at most {most}", taken <= most)


def contents() -> dict[str, dict[str, Any]]:
    """Items by name: a long run of an agent, and two of 2 MB."""
    result = json.dumps([{"line": n, "note": "row of a table " * 4} for n in range(25_000)])
    return {
        "300 messages": _run(300, '{"state": "sent", "pieces": [1, 2, 3]}'),
        "2 MB in one result": _run(6, result),
        "2 MB in 2,000 messages": _run(2_000, "A line of **words**. " * 60),
    }


def _run(messages: int, result: str) -> dict[str, Any]:
    said: list[dict[str, Any]] = [{"role": "system", "content": "You know ferries. " * 60}]
    for n in range(messages // 3):
        function = {"name": "ferry", "arguments": json.dumps({"line": n})}
        said += [
            {"role": "user", "content": f"Is ferry {n} late? Look at *both* piers."},
            {"role": "assistant", "content": None,
             "tool_calls": [{"id": f"c{n}", "type": "function", "function": function}]},
            {"role": "tool", "tool_call_id": f"c{n}", "content": result},
        ]  # fmt: skip
    said.append({"role": "assistant", "content": "No, **none** of them:\n\n- one\n- two"})
    dialect = ["openai_chat", 1]
    return {"inputs": {"messages": said[:2]}, "outputs": {"messages": said[2:]},
            "dialects": {"inputs": dialect, "outputs": dialect}}  # fmt: skip


def _middle(stored: str) -> float:
    """Milliseconds."""
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        render_to_string("traces/_reading.html", {"reading": read_content(json.loads(stored))})
        taken.append(1000 * (time.process_time() - began))
    return statistics.median(taken)
