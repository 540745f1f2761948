"""`check_invariants` can tell: for each rule one row is broken, and the rule is named."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from annotate_site import sql
from queues.models import Queue
from reviews.invariants import RULES, check

from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue
from .working import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_promises]

# The items by their place: approved, under review, held, free.
APPROVED, UNDER_REVIEW, FREE = "%(approved)s", "%(under_review)s", "%(free)s"
BREAKS = {
    "1a": f"update reviews_annotation set state = 'draft', submitted_at = null"
          f" where item_id = {APPROVED} and annotator_id = %(annotator)s",
    "1b": f"update reviews_annotation set annotator_id = %(stranger)s"
          f" where item_id = {APPROVED} and annotator_id = %(annotator)s",
    "1c": f"drop index slot_one_per_annotator;"
          f" update queues_slot set annotator_id = %(annotator)s where item_id = {APPROVED}",
    "1d": f"update queues_slot set assigned_to_id = %(stranger)s, bound_at = now(),"
          f" bound_why = 'manager' where item_id = {FREE}",
    "2": f"update queues_item set required = 1 where id = {APPROVED}",
    "3a": f"update queues_item set required = 3 where id = {FREE}",
    "3b": f"update queues_item set status = 'skipped' where id = {FREE}",
    "3c": f"update queues_slot set state = 'void' where item_id = {FREE}",
    "3d": f"update queues_item set status = 'skipped' where id = {FREE}",
    "3e": "update queues_queuemember set exhausted_at = now() + interval '1 hour'"
          " where queue_id = %(queue)s and user_id = %(annotator)s",
    "4": "update queues_queue set status = 'completed' where id = %(queue)s",
    "5a": f"update reviews_score set superseded_at = now() where item_id = {APPROVED}",
    "5b": f"update reviews_score set value = '7' where item_id = {APPROVED}",
    "8a": f"update reviews_review set reviewer_id = %(annotator)s where item_id = {APPROVED}",
    "8b": f"update queues_item set review_state = '' where id = {APPROVED}",
    "8c": f"update queues_item set status = 'pending' where id = {UNDER_REVIEW}",
    "8d": f"delete from queues_itemopened where item_id = {APPROVED}",
    "10a": "delete from traces_tracefeedback",
    "10c": "update traces_tracefeedback set queue_id = null",
    "10b": f"delete from traces_tracequeue where item_id = {FREE}",
    "11": f"alter table queues_item disable trigger user;"
          f" update queues_item set snapshot_hash = 'another' where id = {FREE}",
    "11b": f"alter table queues_item disable trigger user; update queues_item"
           f" set snapshot = '{{\"erased_at\": \"2026-01-01\"}}', preview = '' where id = {FREE}",
    "13": "update queues_queue set project_id = %(elsewhere)s where id = %(queue)s",
    "14": f"insert into projects_event (project_id, item_id, actor_kind, object_type, object_id,"
          f" attribute, from_value, to_value, reason) select project_id, item_id, actor_kind,"
          f" object_type, object_id, attribute, 'nowhere', to_value, '' from projects_event"
          f" where item_id = {FREE} and object_type = 'item' and attribute = 'status'",
    "15": "update queues_reservation set token = gen_random_uuid()"
          " where kind = 'annotate' and ended_at is null",
}  # fmt: skip


@pytest.fixture
def queue(cast: Cast) -> Queue:
    """Everything is there that a rule is about, and nothing is broken."""
    people = [cast.annotator, cast.second]
    queue = reviewed_queue(cast.project, people, [cast.reviewer], items=4)
    judge = Judge(queue, cast.reviewer)
    for decides in (True, False):
        item = answer(queue, *people)
        judge.open(item)
        if decides:
            judge.approve(item)
    Worker(queue, cast.annotator).claim()
    assert check() == []
    return queue


@pytest.fixture
def params(cast: Cast, queue: Queue) -> dict[str, Any]:
    names = ("approved", "under_review", "held", "free")
    ids = dict(zip(names, queue.items.order_by("seq").values_list("pk", flat=True), strict=True))
    return {
        **ids, "queue": queue.pk, "elsewhere": cast.other_project.pk,
        "annotator": cast.annotator.pk, "stranger": cast.stranger.pk,
    }  # fmt: skip


def break_row(number: str, params: dict[str, Any]) -> None:
    connection.check_constraints()  # what is deferred would stand in the way of a change
    for statement in BREAKS[number].split(";"):
        sql.run(statement, params)


def test_each_broken_row_is_found_by_its_rule(params: dict[str, Any]) -> None:
    missed = []
    for number in BREAKS:
        mark = transaction.savepoint()
        break_row(number, params)
        if number not in {broken.number for broken in check()}:
            missed.append(number)
        transaction.savepoint_rollback(mark)
    assert missed == []
    assert check() == []


def test_no_rule_is_left_out() -> None:
    assert set(BREAKS) == {number for number, _ in RULES} | {"3b", "5b"}


def test_the_command_names_the_rows_and_fails(params: dict[str, Any]) -> None:
    said = StringIO()
    call_command("check_invariants", stdout=said)
    assert "hold." in said.getvalue()
    break_row("8d", params)
    told = StringIO()
    with pytest.raises(SystemExit, match="break an invariant"):
        call_command("check_invariants", stdout=told)
    assert "8d" in told.getvalue()
