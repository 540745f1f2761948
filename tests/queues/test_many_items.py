"""Holds ended, skips cleared, items reopened, more annotations asked for: of many items at once."""

from collections.abc import Callable

import pytest
from django.test import Client

from annotate_site.jobs import run_job
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import Job, User
from queues.actions.assignment.claiming import pick_item
from queues.actions.holds.ending import skip_item
from queues.actions.items.many import (
    COMMANDS,
    Command,
    Outcome,
    clear_skips_of_items,
    release_items,
    reopen_items,
    require_more,
)
from queues.actions.items.required import change_required
from queues.actions.status import close_queue
from queues.errors import WrongState
from queues.models import Item, Queue, Reservation
from queues.views.many_items import ASKED
from reviews.invariants import check

from .. import factories
from ..conftest import Cast
from .pages import read, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=3)


@pytest.fixture
def items(queue: Queue) -> list[Item]:
    return list(queue.items.order_by("seq"))


@pytest.fixture
def manager(cast: Cast, browser_of: BrowserOf) -> Client:
    return browser_of(cast.manager)


def ids(items: list[Item]) -> list[str]:
    return [str(item.pk) for item in items]


def statuses(items: list[Item]) -> list[str]:
    return [Item.objects.get(pk=item.pk).status for item in items]


def test_holds_of_many_items_end_and_their_drafts_stay(
    cast: Cast, queue: Queue, items: list[Item]
) -> None:
    hold = pick_item(queue_id=queue.pk, item_id=items[0].pk, user=cast.annotator)
    outcome = release_items(queue=queue, item_ids=[item.pk for item in items], actor=SYSTEM)
    assert outcome == Outcome(items=1, passed_over=2)
    assert Reservation.objects.get(token=hold.token).ending == "released"
    assert statuses(items) == ["pending"] * 3
    assert check() == []


def test_skips_of_many_items_are_cleared(cast: Cast, queue: Queue, items: list[Item]) -> None:
    for person in (cast.annotator, cast.second):
        hold = pick_item(queue_id=queue.pk, item_id=items[1].pk, user=person)
        skip_item(
            queue=queue, item_id=items[1].pk, user=person, token=hold.token, reason="Not mine"
        )
    assert statuses(items)[1] == "skipped"
    chosen = [item.pk for item in items]
    assert clear_skips_of_items(queue=queue, item_ids=chosen, actor=SYSTEM) == Outcome(1, 2)
    assert statuses(items)[1] == "pending"
    assert pick_item(queue_id=queue.pk, item_id=items[1].pk, user=cast.second)
    assert check() == []


def test_finished_items_begin_a_new_round_and_the_queue_is_active_again(
    cast: Cast, queue: Queue, items: list[Item]
) -> None:
    for item in items[:2]:
        factories.finish(item.pk)
    chosen = [item.pk for item in items]
    outcome = reopen_items(queue=queue, item_ids=chosen, reason="New guideline", actor=SYSTEM)
    assert outcome == Outcome(items=2, passed_over=1)
    assert [Item.objects.get(pk=item.pk).round for item in items] == [2, 2, 1]
    assert statuses(items) == ["pending"] * 3
    assert check() == []


def test_some_items_ask_for_more_than_the_queue_does(
    cast: Cast, queue: Queue, items: list[Item]
) -> None:
    factories.finish(items[0].pk)
    chosen = [items[0].pk, items[1].pk]
    assert require_more(queue=queue, item_ids=chosen, more=2, actor=SYSTEM) == Outcome(2, 0)
    found = [Item.objects.get(pk=item.pk) for item in items]
    assert [(item.required, item.extra) for item in found] == [(3, 2), (3, 2), (1, 0)]
    assert [item.status for item in found] == ["pending"] * 3
    assert found[0].slots.filter(state="free").count() == 2
    assert check() == []


def test_what_some_items_ask_for_more_stays_when_the_queue_asks_for_more(
    queue: Queue, items: list[Item]
) -> None:
    require_more(queue=queue, item_ids=[items[0].pk], more=1, actor=SYSTEM)
    change_required(queue=queue, required=2, raise_completed=False, actor=SYSTEM)
    assert [Item.objects.get(pk=item.pk).required for item in items] == [3, 2, 2]
    assert check() == []


@pytest.mark.parametrize("more", [0, 11, -1])
def test_a_number_that_is_none_is_refused(queue: Queue, items: list[Item], more: int) -> None:
    with pytest.raises(WrongState):
        require_more(queue=queue, item_ids=[items[0].pk], more=more, actor=SYSTEM)


def test_a_queue_closed_by_hand_takes_no_new_work(queue: Queue, items: list[Item]) -> None:
    close_queue(queue=queue, actor=SYSTEM)
    for act, given in ((reopen_items, {"reason": "Again"}), (require_more, {"more": 1})):
        with pytest.raises(WrongState, match="closed by hand"):
            act(queue=queue, item_ids=[items[0].pk], actor=SYSTEM, **given)


def test_removed_and_foreign_items_are_left_alone(
    cast: Cast, queue: Queue, items: list[Item]
) -> None:
    foreign = factories.make_queue(cast.project, items=1).items.get()
    chosen = [items[0].pk, foreign.pk]
    assert require_more(queue=queue, item_ids=chosen, more=1, actor=SYSTEM) == Outcome(1, 0)
    assert Item.objects.get(pk=foreign.pk).required == 1


def test_each_command_has_a_page_that_asks_and_then_says_what_it_did(
    cast: Cast, manager: Client, queue: Queue, items: list[Item]
) -> None:
    assert set(ASKED) == set(COMMANDS)
    pick_item(queue_id=queue.pk, item_id=items[0].pk, user=cast.annotator)
    for command, given, said in (
        ("release", {}, "1 item is free again. 2 items passed over: nobody had them open."),
        ("more", {"more": "2"}, "3 items are waiting for more annotations."),
    ):
        address = url(f"items-{command}", cast.project, queue)
        assert "No items are selected" in read(manager, address)
        assert "3 items</button>" in read(manager, f"{address}?all=1")
        response = manager.post(address, {"item": ids(items), "sure": "1", **given})
        assert told(response) == [said]


def test_bad_values_come_back_with_a_sentence_and_the_selection(
    cast: Cast, manager: Client, queue: Queue, items: list[Item]
) -> None:
    for command, given in (("more", {"more": "99"}), ("reopen", {"reason": " "})):
        address = url(f"items-{command}", cast.project, queue)
        response = manager.post(address, {"item": ids(items), "sure": "1", **given})
        page = response.content.decode()
        assert response.status_code == 422
        assert ids(items)[2] in page
        assert "errorlist" in page or 'role="alert"' in page or "error" in page


def test_a_refused_change_says_why(
    cast: Cast, manager: Client, queue: Queue, items: list[Item]
) -> None:
    close_queue(queue=queue, actor=SYSTEM)
    address = url("items-more", cast.project, queue)
    response = manager.post(address, {"item": ids(items), "more": "1", "sure": "1"})
    assert response.status_code == 422
    assert "closed by hand" in response.content.decode()


def test_more_than_a_batch_goes_by_a_job(
    cast: Cast, manager: Client, queue: Queue, items: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = {name: Command(command.act, 2) for name, command in COMMANDS.items()}
    monkeypatch.setattr("queues.views.many_items.COMMANDS", small)
    monkeypatch.setattr("queues.jobs.COMMANDS", small)
    factories.finish(items[2].pk)
    address = url("items-reopen", cast.project, queue)
    manager.post(address, {"all": "1", "reason": "New guideline", "sure": "1"})
    job = Job.objects.get()
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.result == {"queue": str(queue.pk), "applied": 1, "passed_over": 2}
    assert Item.objects.get(pk=items[2].pk).round == 2
