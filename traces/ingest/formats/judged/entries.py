"""A list of judgments in an export, read one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from traces.ingest.json_text import opened
from traces.ingest.judgments import Judgment

MOST = 1000  # of one list; others stay attributes

Read = Callable[[dict[str, Any]], Sequence[Judgment | None]]


def read_entries(given: Any, read: Read, times: Sequence[str] = ()) -> tuple[list[Judgment], Any]:
    """The judgments, the latest last by the first of the keys `times` that an entry has, and the
    entries that are none; what is no list is returned as it came.
    """
    listed = opened(given)
    if not isinstance(listed, list):
        return [], given
    judgments: list[tuple[str, list[Judgment]]] = []
    left = []
    for one in listed:
        entry = opened(one)
        room = isinstance(entry, dict) and len(judgments) < MOST
        found = [judgment for judgment in read(entry) if judgment] if room else []
        if found:
            at = next((str(entry[key]) for key in times if entry.get(key)), "")
            judgments.append((at, found))
        else:
            left.append(one)
    judgments.sort(key=lambda timed: timed[0])
    return [judgment for _, found in judgments for judgment in found], left
