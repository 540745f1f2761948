"""The demo's second queue: answered in part, with items that wait for review and one sent back."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from annotate_site.projects.events import Actor
from annotate_site.projects.models import Project, User
from queues.actions.assignment.claiming import claim_next
from queues.actions.holds.reviewing import open_review
from queues.actions.items.adding import add_traces, start_batch
from queues.actions.people.members import add_members
from queues.actions.settings import Asked, create_queue
from queues.actions.status import activate_queue
from queues.models import Item, Queue
from traces.actions.storing import Arrival

from .actions.deciding import approve_item, reject_item
from .actions.reviewing import ReviewDraft, ReviewForm, answers_mark, round_annotations
from .actions.submitting import Form, submit_annotation
from .answers import Draft, asked_fields

DISPLAY = {"inputs": ["messages"], "outputs": ["messages"]}
OPTIONAL = "Better answer"


def load_reviewed(
    file: Path,
    project: Project,
    by: User,
    annotators: Sequence[User],
    reviewer: User,
    traces: Sequence[Arrival],
) -> Queue:
    """Makes the queue, and what its people have done in it, by the actions that pages call."""
    given = json.loads(file.read_text())
    queue = _make_queue(given, project, by, annotators, reviewer)
    batch = start_batch(queue=queue, by=by, display=DISPLAY, filter={})
    ids = [traces[one["trace"]].id for one in given["items"]]
    actor = Actor.person(by)
    add_traces(queue=queue, trace_ids=ids, batch=batch, actor=actor)
    queue = activate_queue(queue=queue, actor=actor)
    for one in given["items"]:
        for user, answers in zip(annotators, one.get("answers", ()), strict=False):
            _answer(queue, user, answers)
    for one, item in zip(given["items"], queue.items.order_by("seq"), strict=True):
        if "approve" in one or "reject" in one:
            _decide(queue, item, reviewer, one)
    return queue


def _make_queue(
    given: dict[str, Any],
    project: Project,
    by: User,
    annotators: Sequence[User],
    reviewer: User,
) -> Queue:
    fields = {field.name: field for field in project.fields.all()}
    queue = create_queue(
        project=project,
        by=by,
        settings=given["settings"],
        fields=[Asked(fields[name], name != OPTIONAL) for name in given["fields"]],
        annotators=annotators,
    )
    add_members(queue=queue, users=[reviewer], actor=Actor.person(by), can_review=True)
    return queue


def _answer(queue: Queue, user: User, answers: list[str | list[str]]) -> None:
    """The next item answered; `answers` in the order of the fields, "" for none."""
    hold, asked = claim_next(queue_id=queue.pk, user=user), asked_fields(queue)
    values = {
        str(one.field_id): answer if isinstance(answer, list) else [answer]
        for one, answer in zip(asked, answers, strict=True)
        if answer
    }
    form = Form(hold.item_id, hold.round, hold.token, uuid4(), 0, Draft(values))
    submit_annotation(queue=queue, user=user, form=form, asked=asked)


def _decide(queue: Queue, item: Item, reviewer: User, one: dict[str, Any]) -> None:
    open_review(queue=queue, item_id=item.pk, user=reviewer)
    said = one.get("reject") or one["approve"]
    draft = ReviewDraft(said.get("remark", ""), _remarks(queue, item, said))
    form = ReviewForm(item, item.round, 0, answers_mark(item, item.round), draft)
    if "reject" in one:
        reject_item(queue=queue, user=reviewer, form=form)
    else:
        approve_item(queue=queue, user=reviewer, form=form, asked=[])


def _remarks(queue: Queue, item: Item, said: dict[str, Any]) -> dict[str, str]:
    """On single answers: "0 Policy" is that of the first annotation."""
    answered = round_annotations(item, item.round)
    fields = {one.field.name: one.field_id for one in asked_fields(queue)}
    remarks = {}
    for key, text in said.get("remarks", {}).items():
        number, name = key.split(" ", 1)
        remarks[f"{answered[int(number)].pk}:{fields[name]}"] = text
    return remarks
