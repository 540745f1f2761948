"""The main job, end to end, in real Chromium: from a file to a finished export."""

import json
from pathlib import Path
from typing import Any

import pytest

from queues.models import Queue
from reviews.models import Annotation, Score

from ..conftest import Cast
from .expecting import expect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
TRACES = 45


@pytest.fixture(autouse=True)
def guidelines_need_no_process() -> None:
    """Here they do."""


@pytest.fixture
def trajectories(tmp_path: Path) -> Path:
    """Runs of an agent, in the manner of an evaluation's log."""
    rows = [
        {
            "task_id": number,
            "reward": number % 2,
            "traj": [
                {"role": "system", "content": "You help travellers. " * 40},
                {"role": "user", "content": f"Please rebook flight {number}."},
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [{
                        "id": f"call{number}", "type": "function",
                        "function": {"name": "find_flight", "arguments": f'{{"id": {number}}}'},
                    }],
                },
                {"role": "tool", "tool_call_id": f"call{number}", "content": '{"seats": 3}'},
                {"role": "assistant", "content": f"Flight {number} is **rebooked**."},
            ],
        }
        for number in range(TRACES)
    ]  # fmt: skip
    path = tmp_path / "trajectories.json"
    path.write_text(json.dumps(rows))
    return path


def upload(page: Any, project: str, path: Path) -> None:
    page.goto(f"/p/{project}/traces/upload/")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Read this file").click()
    expect(page.get_by_text("Please rebook flight 0.").first).to_be_visible()
    page.get_by_role("button", name="Import").click()
    expect(page.locator("main").get_by_text(str(TRACES)).first).to_be_visible()


def make_field(page: Any, project: str, kind: str, name: str) -> None:
    page.goto(f"/p/{project}/annotate/fields/new/")
    page.get_by_role("radio", name=kind).check()
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    expect(page.locator("#field-preview").get_by_text(name).first).to_be_visible()
    page.get_by_role("button", name="Create field").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def make_queue(page: Any, project: str, fields: list[str]) -> None:
    page.goto(f"/p/{project}/annotate/queues/new/")
    page.get_by_label("Name", exact=True).fill("Rebooking")
    page.locator("[name=guidelines]").fill("Was the wish **met**?")
    for name in fields:
        page.locator("#field-picker li", has_text=name).get_by_role("checkbox").check()
    page.locator("#more > summary").click()
    page.locator("[name=annotations_required]").fill("2")
    page.get_by_role("button", name="Create queue").click()
    expect(page.get_by_role("heading", name="Rebooking")).to_be_visible()


def add_traces(page: Any, project: str, items: int) -> None:
    """Ticks so many, and shows annotators all of the conversation."""
    page.goto(f"/p/{project}/traces/")
    boxes = page.locator("[data-bulk-item]")
    expect(boxes).to_have_count(TRACES)
    for place in range(items):
        boxes.nth(place).check()
    page.get_by_role("button", name="Add to queue").click()
    page.get_by_label("Queue").select_option(index=1)
    page.get_by_role("button", name=f"Add {items} traces").click()
    expect(page.get_by_text(f"{items} traces added").first).to_be_visible()


def share(page: Any, queue: Queue) -> str:
    page.goto(f"/p/{queue.project.slug}/annotate/queues/{queue.pk}/")
    page.get_by_role("button", name="Activate").click()
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_role("button", name="Copy invitation link").click()
    expect(page.locator("dialog .toast").last).to_contain_text("Invitation link copied")
    link: str = page.evaluate("navigator.clipboard.readText()")
    assert "/join/" in link
    return link


def join(page: Any, link: str, name: str) -> None:
    page.goto(link)
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail").fill(f"{name.split()[0].lower()}@example.org")
    page.locator("[type=password]").first.fill("a long and winding sentence")
    page.get_by_role("button", name="Create account and join").click()


def annotate_all(page: Any, left: int) -> None:
    """By the keyboard alone: Enter on Start, then digits, arrows, words, Mod+Enter."""
    expect(page.get_by_role("button", name="Start annotating")).to_be_focused()
    page.keyboard.press("Enter")
    for number in range(left):
        expect(page.locator(".ws-count")).to_have_text(f"{number} done · {left - number} left")
        expect(page.locator("#ws-title")).to_be_focused()
        page.keyboard.press("2" if number % 3 else "1")
        page.keyboard.press("ArrowDown")
        page.keyboard.press(str(number % 5 + 1))
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.keyboard.type(f"word {number}")
        page.keyboard.press("Control+Enter")
    expect(page.locator(".ws-end")).to_be_visible()


@pytest.mark.parametrize("items", [8, pytest.param(40, marks=pytest.mark.soak)])
def test_from_a_file_to_a_finished_export(
    cast: Cast, someone: Any, trajectories: Path, tmp_path: Path, items: int
) -> None:
    project = cast.project.slug
    manager = someone(cast.manager, as_it_is=True).page
    upload(manager, project, trajectories)
    for kind, name in [("Yes or no", "Met?"), ("Rating", "Tone"), ("Text", "Why")]:
        make_field(manager, project, kind, name)
    make_queue(manager, project, ["Met?", "Tone", "Why"])
    add_traces(manager, project, items)
    queue = Queue.objects.get()
    link = share(manager, queue)
    for name in ("Ines Moreau", "Kofi Mensah"):
        stranger = someone(as_it_is=True).page
        join(stranger, link, name)
        annotate_all(stranger, items)
    queue.refresh_from_db()
    assert (queue.status, queue.completed_by) == ("completed", "itself")
    rows = export(manager, queue, tmp_path)
    assert len({(row["item_id"], row["annotator"]) for row in rows}) == 2 * items
    assert Annotation.objects.filter(state="submitted").count() == 2 * items
    told = sorted((r["item_id"], r["annotator"], r["field"], json.dumps(r["value"])) for r in rows)
    assert told == stored_answers()


def export(page: Any, queue: Queue, folder: Path) -> list[dict[str, Any]]:
    page.goto(f"/p/{queue.project.slug}/annotate/queues/{queue.pk}/progress/")
    page.locator("[name=shape]").select_option("long")
    page.locator("[name=format]").select_option("jsonl")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the answers").click()
    path = folder / "export.jsonl"
    download.value.save_as(path)
    return [json.loads(line) for line in path.read_text().splitlines()]


def stored_answers() -> list[tuple[str, str, str, str]]:
    scores = Score.objects.filter(superseded_at=None).select_related("field", "annotator")
    return sorted(
        (str(s.item_id), s.annotator.email, s.asked.name, json.dumps(s.value))
        for s in scores
        if s.annotator
    )
