"""The proof can tell: with one guard taken out, a named check finds the harm that it prevents."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from annotate_site import sql
from queues import locks
from queues.actions.assignment import candidates, taking
from reviews.actions import submitting

from .races import RACES
from .test_races import run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.breaks_promises]


def without(text: str, part: str, instead: str = "") -> str:
    """The statement without one of its parts, which must be there."""
    assert part in text, f"the statement reads otherwise now: {part!r}"
    return text.replace(part, instead)


@contextmanager
def no_index(*names: str) -> Iterator[None]:
    """Without these unique indexes; they are made again at the end, once the harm is gone."""
    made = {name: sql.one("select pg_get_indexdef(%s::regclass) as text", [name]) for name in names}
    for name in names:
        sql.run(f"drop index {name}")
    try:
        yield
    finally:
        sql.run("truncate queues_reservation, queues_slot cascade")
        for row in made.values():
            assert row is not None
            sql.run(row.text)


def is_caught_by(race: str) -> None:
    with pytest.raises(AssertionError) as caught:
        run(RACES[race])
    said = str(caught.value)
    assert "stop" in said, said
    assert re.search(r"Timeout|deadlock", said) is None


def test_without_the_token_check_a_late_submit_fills_a_colleagues_slot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check = "on held.id = r.slot_id and held.token = r.token"
    mutant = without(submitting.STATE, check, "on held.id = r.slot_id and held.state = 'held'")
    monkeypatch.setattr(submitting, "STATE", mutant)
    is_caught_by("submit after a lapse against somebody else's claim")


def test_without_the_queue_lock_a_hold_outlives_the_closing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(locks, "share", lambda queue_id: None)
    is_caught_by("queue closed while claiming")


def test_with_a_shared_lock_two_undos_make_a_queue_active_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(locks, "exclude", locks.share)
    is_caught_by("two undo the last answers of a queue")


def test_without_the_unique_index_on_holds_two_tabs_hold_two_items() -> None:
    with no_index("reservation_one_unparked"):
        is_caught_by("two tabs of one person, two items")


def test_without_the_unique_index_on_slots_one_person_answers_an_item_twice() -> None:
    with no_index("slot_one_per_annotator"):
        is_caught_by("submit after a release in one tab, pick in the other")


def test_without_the_round_in_the_exclusion_what_was_sent_back_comes_to_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mutant = without(candidates.ASKER_MAY, "and r.round = i.round ")
    monkeypatch.setattr(candidates, "ASKER_MAY", mutant)
    is_caught_by("sent back while its annotator asks")


def test_without_the_second_statement_of_the_claim_two_hold_one_slot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look = "and state = 'free'\n     and (assigned_to_id"
    mutant = without(taking.HOLD, look, "\n     and (assigned_to_id")
    monkeypatch.setattr(taking, "HOLD", mutant)
    is_caught_by("two picks of one item")
