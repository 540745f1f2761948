"""The table of every operation: who may ask it, and what it is asked with."""

import re
from typing import Any, NamedTuple

from annotate_site.projects.models import Job
from queues.models import Item
from reviews.models import Score
from traces.datasets.models import Dataset
from traces.models import Upload

from .conftest import ROW

SCOPES = ("read", "write", "annotate", "ingest")


class Operation(NamedTuple):
    """`scopes`: each of them opens it. `owners`: roles that may. `ok`: the status then."""

    method: str
    path: str
    scopes: tuple[str, ...]
    owners: tuple[str, ...]
    ok: int = 200
    body: Any = None


TRACES = "/projects/{project}/traces"
SCORES = "/projects/{project}/scores"
SCORE = {"trace_id": "here", "name": "Faithful", "value": 0.5, "evaluator": "judge"}
VIEWS, RULES = "/projects/{project}/views", "/projects/{project}/rules"
QUEUE_ID = "00000000-0000-7000-8000-00000000000a"
RULE_ID = "00000000-0000-7000-8000-00000000000b"
FIELD_ID = "00000000-0000-7000-8000-00000000000d"
NEW_ITEMS = {"trace_ids": ["here"], "display": {"inputs": ["messages"]}}
HELD_TOKEN = "00000000-0000-7000-8000-00000000000c"
NEW_RULE = {"name": "New", "queue": QUEUE_ID, "display": {"inputs": ["messages"]}}
OPERATIONS = [
    Operation("GET", "/me", SCOPES, ("manager", "viewer", "member")),
    Operation("GET", TRACES, ("read",), ("manager", "viewer")),
    Operation("POST", TRACES, ("write", "ingest"), ("manager",), 200, [ROW]),
    Operation("GET", f"{TRACES}/here", ("read",), ("manager", "viewer")),
    Operation("DELETE", f"{TRACES}/here", ("write",), ("manager",), 204),
    Operation("GET", SCORES, ("read",), ("manager", "viewer")),
    Operation("POST", SCORES, ("write", "ingest"), ("manager",), 200, {"scores": [SCORE]}),
    Operation("GET", f"{SCORES}/{{score}}", ("read",), ("manager", "viewer")),
    Operation("DELETE", f"{SCORES}/{{score}}", ("write",), ("manager",), 204),
    Operation("GET", VIEWS, ("read",), ("manager", "viewer")),
    Operation("POST", VIEWS, ("write",), ("manager",), 201, {"name": "New"}),
    Operation("GET", RULES, ("read",), ("manager", "viewer")),
    Operation("POST", RULES, ("write",), ("manager",), 201, NEW_RULE),
    Operation("GET", f"{RULES}/{RULE_ID}", ("read",), ("manager", "viewer")),
    Operation("PATCH", f"{RULES}/{RULE_ID}", ("write",), ("manager",), 200, {"cap": 3}),
    Operation("DELETE", f"{RULES}/{RULE_ID}", ("write",), ("manager",), 204),
    Operation("GET", f"{RULES}/{RULE_ID}/dry-run", ("read",), ("manager", "viewer")),
]
IMPORTS = "/projects/{project}/imports"
CSV = b"question,answer\nWhy?,So.\n"
SENDERS = ("write", "ingest")
OPERATIONS += [
    Operation("POST", f"{IMPORTS}?filename=a.csv", SENDERS, ("manager",), 201, CSV),
    Operation("GET", f"{IMPORTS}/{{upload}}", SENDERS, ("manager",)),
    Operation("GET", f"{IMPORTS}/{{upload}}/refused", SENDERS, ("manager",)),
]
DATASETS = "/projects/{project}/datasets"
DATASET = f"{DATASETS}/{{dataset}}"
READERS = ("manager", "viewer")
OPERATIONS += [
    Operation("GET", "/projects/{project}/jobs/{job}", ("read",), READERS),
    Operation("GET", DATASETS, ("read",), READERS),
    Operation("POST", DATASETS, ("write",), ("manager",), 201, {"name": "New"}),
    Operation("GET", DATASET, ("read",), READERS),
    Operation("PATCH", DATASET, ("write",), ("manager",), 200, {"description": "Eggs"}),
    Operation("GET", f"{DATASET}/versions", ("read",), READERS),
    Operation("POST", f"{DATASET}/versions", ("write",), ("manager",), 201, {"rows": [{}]}),
    Operation("GET", f"{DATASET}/versions/1/rows", ("read",), READERS),
    Operation("GET", f"{DATASET}/versions/1/download", ("read",), READERS),
    Operation("GET", f"{DATASET}/diff", ("read",), READERS),
]
FIELDS, QUEUES = "/projects/{project}/fields", "/projects/{project}/queues"
FIELD = f"{FIELDS}/{FIELD_ID}"
QUEUE = f"/projects/{{project}}/queues/{QUEUE_ID}"
ITEM = f"{QUEUE}/items/{{item}}"
# Whoever annotates in the queue, whatever their role in the project.
ROLES = ("manager", "viewer", "member")
HOLD: dict[str, Any] = {"token": HELD_TOKEN, "round": 1}
EMPTY = HOLD | {"submission_id": RULE_ID}  # an answer is missing
OPERATIONS += [
    Operation("POST", f"{QUEUE}/next", ("annotate",), ROLES, 200, {}),
    Operation("POST", f"{ITEM}/reservation", ("annotate",), ROLES, 200, {}),
    Operation("DELETE", f"{ITEM}/reservation?token={HELD_TOKEN}", ("annotate",), ROLES, 204),
    Operation("POST", f"{ITEM}/reservation/extend", ("annotate",), ROLES, 200, HOLD),
    Operation("POST", f"{ITEM}/reservation/park", ("annotate",), ROLES, 204, HOLD),
    Operation("PUT", f"{ITEM}/draft", ("annotate",), ROLES, 200, HOLD),
    Operation(
        "POST", f"{ITEM}/submit", ("annotate",), ROLES, 422, HOLD | {"submission_id": RULE_ID}
    ),
    Operation("POST", f"{ITEM}/skip", ("annotate",), ROLES, 200, HOLD),
    Operation("POST", f"{ITEM}/undo", ("annotate",), ROLES, 409, HOLD),
    Operation("PATCH", f"{ITEM}/annotation", ("annotate",), ROLES, 409, {"round": 1, "version": 1}),
]
OPERATIONS += [
    Operation("GET", FIELDS, ("read",), READERS),
    Operation("POST", FIELDS, ("write",), ("manager",), 201, {"name": "New", "kind": "thumbs"}),
    Operation("GET", FIELD, ("read",), READERS),
    Operation("POST", f"{FIELDS}/{FIELD_ID}/archive", ("write",), ("manager",), 200, {}),
    Operation(
        "POST", f"{FIELDS}/{FIELD_ID}/versions", ("write",), ("manager",), 201, {"name": "N"}
    ),
    Operation("GET", QUEUES, ("read",), READERS),
    Operation("POST", QUEUES, ("write",), ("manager",), 201, {"name": "New"}),
    Operation("GET", QUEUE, ("read",), READERS),
    Operation("PATCH", QUEUE, ("write",), ("manager",), 200, {"timeout": 30}),
    Operation("POST", f"{QUEUE}/status", ("write",), ("manager",), 200, {"status": "paused"}),
    Operation("GET", f"{QUEUE}/members", ("read",), READERS),
    Operation("PUT", f"{QUEUE}/members", ("write",), ("manager",), 200, []),
    Operation("GET", f"{QUEUE}/items", ("read",), READERS),
    Operation("POST", f"{QUEUE}/items", ("write",), ("manager",), 201, NEW_ITEMS),
    Operation("GET", ITEM, ("read", "annotate"), ROLES),
    Operation("DELETE", f"{ITEM}?even_if_held=true", ("write",), ("manager",), 204),
    Operation("POST", f"{ITEM}/restore", ("write",), ("manager",), 409, {}),
    Operation("GET", f"{QUEUE}/export", ("read",), READERS),
]


def path_of(operation: Operation, project: str) -> str:
    """Its address, with the ids of what there is."""
    return operation.path.format(
        project=project,
        dataset=Dataset.objects.get(name="Here").pk,
        item=Item.objects.get(queue__pk=QUEUE_ID).pk,
        job=Job.objects.earliest("pk").pk,
        score=Score.objects.earliest("pk").pk,
        upload=Upload.objects.earliest("pk").pk,
    )


def plain(path: str) -> str:
    """A route's path as the table has it."""
    named = re.sub(r"{(?:slug|uuidstr):(\w+)}", r"{\1}", path)
    return (
        named.replace("{trace_id}", "here")
        .replace("{int:number}", "1")
        .replace("{int:score_id}", "{score}")
        .replace("{rule}", RULE_ID)
        .replace("{queue}", QUEUE_ID)
        .replace("{field}", FIELD_ID)
    )
