"""The examples for engineers do what their page says."""

import re
import shlex
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from django.conf import settings
from django.test import Client

from tests import factories, streamed
from tests.conftest import Cast

from .conftest import Make

pytestmark = pytest.mark.django_db
PAGE: Path = settings.BASE_DIR / "docs" / "engineers.md"


def commands() -> list[str]:
    [shell] = re.findall(r"```sh\n(export SITE.*?)```", PAGE.read_text(), re.S)
    return re.findall(r"^curl .*?(?<!\\)$(?=\n\n|\n#|\Z)", shell.rstrip(), re.M | re.S)


def run(command: str, names: dict[str, str]) -> Any:
    """As curl would: -H, -X, -d and an address."""
    words = shlex.split(re.sub(r"\$([A-Z]+)", lambda found: names[found[1]], command))
    headers, method, body = {}, "", None
    while words:
        match words.pop(0):
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-X":
                method = words.pop(0)
            case "-d":
                body = words.pop(0)
            case "--data-binary":
                words.pop(0)
                body = "question,answer\nWhy?,So.\n"
            case "-o":
                words.pop(0)
            case word:
                address = word
    kind = headers.pop("Content-Type", "application/x-www-form-urlencoded")
    method = method or ("POST" if body else "GET")
    return Client().generic(method, address, body or "", kind, headers=headers)


@pytest.mark.usefixtures("uploads")
def test_the_examples_run_as_they_are_written(cast: Cast, program: Make) -> None:
    secret = program().secret
    queue = factories.make_queue(cast.project, annotators=[cast.manager], items=1)
    names = {"SITE": "", "TOKEN": secret, "PROJECT": cast.project.slug, "QUEUE": str(queue.pk)}
    found = commands()
    assert len(found) == 21
    me, sent, listed, read, scored, scores, whole, dataset = (run(one, names) for one in found[:8])
    names["DATASET"] = dataset.json()["id"]
    version, file, view, rule, field = (run(command, names) for command in found[8:13])
    names |= {"POLITE": field.json()["id"], "ANNOTATOR": cast.annotator.email}
    names["TONE"] = run(found[13], names).json()["id"]
    items, started, far, exported, held = (run(command, names) for command in found[14:19])
    opened = held.json()
    names |= {
        "ITEM": opened["item"]["id"], "RESERVATION": opened["reservation"]["token"],
        "FIELD": opened["form"][0]["field"],
    }  # fmt: skip
    submitted, deleted = (run(command, names) for command in found[19:])
    assert me.json()["project"]["slug"] == cast.project.slug
    assert sent.json()["added"] == 1
    assert [one["trace_id"] for one in listed.json()["items"]] == ["a-1"]
    assert read.json()["spans"]["items"][0]["inputs"] == {"question": "Where is my order?"}
    assert scored.json()["added"] == 1
    assert [one["name"] for one in scores.json()["items"]] == ["Faithful"]
    assert (whole.status_code, whole.json()["added"]) == (201, 1)
    assert version.json()["version"] == 1
    table = pyarrow.parquet.read_table(BytesIO(streamed.body(file)))
    assert table.column("expected").to_pylist() == ['{"answer": "In Bergen."}']
    assert view.json()["name"] == "Errors"
    assert (rule.json()["queue"], rule.json()["rate"]) == (str(queue.pk), 0.1)
    assert items.json()["added"] == 1
    assert (started.json()["status"], far.json()["items"]["total"]) == ("active", 1)
    assert streamed.body(exported) == b""
    assert submitted.json()["state"] == "submitted"
    assert deleted.status_code == 204
    assert not cast.project.traces.filter(trace_id="a-1").exists()
