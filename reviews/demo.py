"""The demo project: what `make run` shows to somebody who has no traces of their own at hand."""

import json
from io import BytesIO
from pathlib import Path
from uuid import uuid5

from django.conf import settings
from django.db import transaction

from annotate_site import sql
from annotate_site.projects.actions import add_member, create_project, register_person
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Project, Role, User
from fields.actions import create_field
from queues.actions.items.adding import add_traces, start_batch
from queues.actions.settings import Asked, create_queue
from queues.actions.status import activate_queue
from queues.models import Queue
from traces.actions.storing import Arrival, Origin, store_traces
from traces.ingest.plan import plan_for, read_traces
from traces.ingest.records import BadRow

from .demo_reviews import load_reviewed

SLUG = "demo"
NAME = "Birk & Bakke support"
MANAGER = ("nadia@example.org", "Nadia Rahmani")
ANNOTATORS = (("kwame@example.org", "Kwame Boateng"), ("yuki@example.org", "Yuki Lindgren"))
REVIEWER = ("ingrid@example.org", "Ingrid Solheim")
QUALITY = "Support answers: quality"

DATA = Path(settings.BASE_DIR) / "annotate_site" / "demo"
TRACES = DATA / "support_agent.jsonl"
REVIEWED = DATA / "reviewed.json"  # of other traces; the rest are there to be added by hand
IN_QUEUE = 40  # of the 60 traces
OPTIONAL = {"Better answer", "Follow up by", "What to work on first"}
WITH_NOTE = {"Errors of fact", "Policy"}
LOCK = 0x616E6E6F  # of the database, so that two starts at once load it once


def load_demo() -> bool:
    """Loads the demo unless there is one; True if it did. All of it or nothing."""
    with transaction.atomic():
        sql.run("select pg_advisory_xact_lock(%s)", [LOCK])
        if Project.objects.filter(slug=SLUG).exists():
            return False
        manager = _person(*MANAGER)
        User.objects.filter(pk=manager.pk).update(is_staff=True)
        project = create_project(slug=SLUG, name=NAME, manager=manager)
        annotators = [_person(*person) for person in ANNOTATORS]
        reviewer = _person(*REVIEWER)
        for user in [*annotators, reviewer]:
            add_member(project=project, user=user, role=Role.MEMBER, actor=Actor.person(manager))
        traces = _store_traces(project, manager)
        queue = _make_queue(project, manager, annotators)
        _fill(queue, traces, manager)
        activate_queue(queue=queue, actor=Actor.person(manager))
        load_reviewed(REVIEWED, project, manager, annotators, reviewer, traces)
    return True


def _person(email: str, name: str) -> User:
    """Without a password: the way in is a sign-in link."""
    return register_person(email=email, name=name, password=None)


def _store_traces(project: Project, by: User) -> list[Arrival]:
    """The traces in the order of the file, read as an upload of it would be."""
    file, now = BytesIO(TRACES.read_bytes()), sql.clock()
    plan = plan_for(file, TRACES.name)
    file.seek(0)
    arrivals = []
    for row in read_traces(file, TRACES.name, plan):
        if isinstance(row, BadRow):
            raise ValueError(f"{TRACES.name}, row {row.number}: {row.reason}")
        arrivals.append(Arrival(uuid5(project.pk, row.trace.trace_id), row.trace, now))
    origin = Origin("project", project.pk, 0)
    store_traces(project=project, arrivals=arrivals, actor=Actor.person(by), origin=origin)
    return arrivals


def _make_queue(project: Project, by: User, annotators: list[User]) -> Queue:
    fields = [
        create_field(project=project, by=by, **given)
        for given in json.loads((DATA / "fields.json").read_text())
    ]
    return create_queue(
        project=project,
        by=by,
        settings={
            "name": QUALITY,
            "description": "Is what Runa tells our customers right, allowed and kind?",
            "guidelines": (DATA / "guidelines.md").read_text(),
            "annotations_required": 2,
        },
        fields=[
            Asked(field, field.name not in OPTIONAL, field.name in WITH_NOTE) for field in fields
        ],
        annotators=annotators,
    )


def _fill(queue: Queue, traces: list[Arrival], by: User) -> None:
    display = {"inputs": ["messages"], "outputs": ["messages"]}
    batch = start_batch(queue=queue, by=by, display=display, filter={})
    ids = [arrival.id for arrival in traces[:IN_QUEUE]]
    add_traces(queue=queue, trace_ids=ids, batch=batch, actor=Actor.person(by))
