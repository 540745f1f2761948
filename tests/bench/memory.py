"""What `make run` takes when nobody is there."""

import tempfile
from pathlib import Path

from tests.ports import free_port
from tests.site import servers
from tests.site.running import Site, wait_for

from .telling import budget

MOST_MB, MOST_PROCESSES = 350, 12


def measure() -> None:
    with tempfile.TemporaryDirectory(prefix="annotate-idle-") as folder:
        site = Site(Path(folder), free_port())
        try:
            site.await_serving()
            wait_for(site.worker_answers)
            family = {site.process.pid, *servers.descendants(site.process.pid)}
            megabytes = sum(proportional_kb(pid) for pid in family) / 1024
        finally:
            site.end()
    print("\n`make run`, with its demo and nobody there")
    told, found = "memory, proportional", f"{megabytes:.0f} MB"
    budget(told, found, f"at most {MOST_MB} MB", megabytes <= MOST_MB)
    count = len(family)
    budget("processes", str(count), f"at most {MOST_PROCESSES}", count <= MOST_PROCESSES)


def proportional_kb(pid: int) -> int:
    """Its memory; what n processes share counts for an nth."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
