"""The way from the SDK to a dataset, as its page tells it: every command and script of it runs."""

import os
import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from .desk import Desk, in_order
from .site import ROOT, Site

PAGE = ROOT / "docs" / "engineers.md"


def blocks(language: str) -> list[str]:
    section = PAGE.read_text().split("in ten minutes\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.S)


def test_the_page_leads_from_the_sdk_to_a_dataset(site: Site, desk: Desk, tmp_path: Path) -> None:
    (making, preparing), (send, collect) = blocks("sh"), blocks("python")
    named = {"support": site.project, "manager@example.org": "nadia@example.org"}
    words = [named.get(word, word) for word in shlex.split(making)]
    assert words[:2] == ["python", "manage.py"]
    token = site.manage(*words[2:]).splitlines()[-1]
    installs, *exports = preparing.splitlines()
    assert all(version(package) for package in installs.removeprefix("pip install ").split())
    told = "\n".join(exports).replace("https://annotate.example.org", site.url)
    told = told.replace("PROJECT=support", f"PROJECT={site.project}").replace("...", token)

    def run(script: str) -> str:
        (tmp_path / "script.py").write_text(script)
        command = f"{told}\nexec {shlex.quote(sys.executable)} script.py"
        kept = {"PATH": os.environ["PATH"]}
        done = subprocess.run(
            ["sh", "-euc", command], cwd=tmp_path, env=kept, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return done.stdout

    assert run(send) == ""
    filter = "filter=input:contains:where+is+my+order&filter=model:is:small-1"
    [trace] = site.api("GET", f"traces?{filter}").json["items"]
    assert run(collect) == f"{trace['trace_id']} In Bergen.\n"
    scores = site.api("GET", f"scores?trace_id={trace['trace_id']}").json["items"]
    assert [(one["name"], one["value"], one["evaluator"]) for one in scores] == [
        ("Polite", True, "politeness")
    ]
    in_order(desk.read(trace["id"]), "User", "Where is my order?", "Assistant", "In Bergen.")
