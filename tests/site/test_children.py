"""Child processes of a server: what becomes of them when their parent has no chance to say so."""

import subprocess
import sys
from pathlib import Path

from tests.site.running import wait_for

# A child that takes its time to stop, as one with requests under way does.
PARENT = """
import os, signal, time
from annotate_site.children import Children

def serve():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print(os.getpid(), flush=True)
    time.sleep(600)

children = Children()
children.start("web", serve, seconds_to_stop=1)
children.listen(60)
"""


def is_alive(pid: int) -> bool:
    """And no zombie, for which nobody has asked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_killed_parent_leaves_no_child_at_its_port() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent:
        child = int(parent.stdout.readline().rpartition("|")[2])
        assert is_alive(child)
        parent.kill()
    wait_for(lambda: not is_alive(child))
