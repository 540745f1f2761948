"""Read a file as an upload and its import do; print by how many MB the process grew at most, with
all of one that it started.
"""

import json
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from traces.ingest.file_preview import preview_file
from traces.ingest.plan import in_chunks, plan_for, read_traces
from traces.ingest.records import BadRow

STATUS = Path("/proc/self/status")


def peak() -> float:
    """Of this program alone: what `getrusage` tells begins with the process that started it."""
    [line] = [one for one in STATUS.read_text().splitlines() if one.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


def peak_of_children() -> float:
    """At least what this process had when it started them; 0 without any."""
    return getrusage(RUSAGE_CHILDREN).ru_maxrss / 1024


def read(path: str) -> int:
    """All of it, each chunk written as a statement's text; how many rows were good."""
    with open(path, "rb") as file:
        plan = plan_for(file, path)
    with open(path, "rb") as file:
        preview_file(file, path, plan)
    good = 0
    with open(path, "rb") as file:
        for chunk in in_chunks(read_traces(file, path, plan)):
            traces = [row.trace for row in chunk if not isinstance(row, BadRow)]
            good += len(traces)
            spans = [span for trace in traces for span in trace.spans]
            json.dumps([[span.inputs, span.outputs] for span in spans], ensure_ascii=False).encode()
            json.dumps([trace.attributes for trace in traces], ensure_ascii=False).encode()
    return good


if __name__ == "__main__":
    idle = peak()
    rows = read(sys.argv[1])
    print(json.dumps({"rows": rows, "grown": peak() - idle + peak_of_children()}))
