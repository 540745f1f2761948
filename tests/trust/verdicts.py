"""What must come of a race: `one` is what its first play was told, `other` its second."""

from annotate_site.projects.models import Event
from queues.models import Item, Reservation, Slot
from reviews.models import Score

from .puppets import Outcome
from .scenes import WORDS, Scene


def refused_but_kept(made: Scene, one: Outcome) -> None:
    """A refused submit loses no word, and its owner sees it."""
    assert one.code == "refused"
    assert made.drafts() == [WORDS]
    assert Reservation.objects.filter(queue=made.site.queue, refused_at__isnull=False).count() == 1


def counts_once(made: Scene) -> None:
    assert (made.submitted(), made.slots("done")) == (1, 1)
    assert Score.objects.filter(item__queue=made.site.queue, superseded_at=None).count() == 1


def submit_wins_over_lapse(made: Scene, one: Outcome, other: Outcome) -> None:
    assert one.done
    assert other.done
    counts_once(made)
    assert made.queue.status == "completed"


def one_of_two_gets_it(made: Scene, one: Outcome, other: Outcome) -> None:
    """Accepted while the slot is free for him; refused once somebody else has taken it."""
    if one.done:
        counts_once(made)
        assert other.code in ("finished", "share_done", "others_hold")
    else:
        refused_but_kept(made, one)
        assert other.done
        assert (made.submitted(), made.slots("held")) == (0, 1)


def submitted_and_paused(made: Scene, one: Outcome, other: Outcome) -> None:
    assert one.done
    assert other.done
    counts_once(made)
    assert made.queue.status == "paused"


def one_pick_wins(made: Scene, one: Outcome, other: Outcome) -> None:
    assert sorted([one.code, other.code]) == ["", "cannot_pick"]
    assert made.slots("held") == 1


def submitted_and_another_next(made: Scene, one: Outcome, other: Outcome) -> None:
    """The other tab shows an item that this person has not answered."""
    assert one.done
    assert other.done
    counts_once(made)
    slots = Slot.objects.filter(queue=made.site.queue, annotator=made.people[0])
    assert slots.values("item").distinct().count() == slots.count()


def submitted_and_no_second_place(made: Scene, one: Outcome, other: Outcome) -> None:
    """The other tab takes the item first, and the submit fills that place; or not at all."""
    assert one.done
    assert other.code in ("", "cannot_pick")
    counts_once(made)
    assert made.slots("held") == 0


def comes_back_to_its_annotator(made: Scene, one: Outcome, other: Outcome) -> None:
    assert one.done
    assert other.done
    assert one.value == made.item.pk
    assert made.item.round == 2


def both_tabs_show_one_hold(made: Scene, one: Outcome, other: Outcome) -> None:
    assert one.done
    assert other.done
    assert one.value.token == other.value.token
    assert made.slots("held") == 1


def both_done_counted_once(made: Scene, one: Outcome, other: Outcome) -> None:
    assert one.done
    assert other.done
    counts_once(made)


def both_in_and_complete(made: Scene, one: Outcome, other: Outcome) -> None:
    assert one.done
    assert other.done
    assert made.submitted() == 2
    assert (made.queue.status, made.queue.completed_by) == ("completed", "itself")


def each_got_the_others_item(made: Scene, one: Outcome, other: Outcome) -> None:
    assert one.done
    assert other.done
    items = {hold.item_id for hold in made.holds}
    assert {one.value.item_id, other.value.item_id} <= items
    assert (made.submitted(), made.slots("held")) == (2, 2)


def in_or_kept(made: Scene, one: Outcome, other: Outcome) -> None:
    """Whichever came first: it counts, or it was refused and is kept."""
    assert other.done
    if one.done:
        counts_once(made)
    else:
        refused_but_kept(made, one)
        assert made.submitted() == 0
    assert made.slots("held") == 0


def in_or_turned_away(made: Scene, one: Outcome, other: Outcome) -> None:
    """Who is removed first submits nothing; what they had saved before stays."""
    assert other.done
    if one.done:
        counts_once(made)
    else:
        assert one.code == "not_member"
        assert made.submitted() == 0
    assert made.slots("held") == 0


def in_or_removed(made: Scene, one: Outcome, other: Outcome) -> None:
    assert other.done
    item = Item.objects.get(pk=made.holds[0].item_id)
    assert item.removed_at is not None
    assert one.done or one.code == "refused"
    assert made.submitted() == (1 if one.done else 0)


def claimed_or_not_open(made: Scene, one: Outcome, other: Outcome) -> None:
    """No hold outlives the closing, whoever was first."""
    assert other.done
    assert one.done or one.code in ("finished", "paused", "not_member")
    assert made.slots("held") == 0


def claimed_or_paused(made: Scene, one: Outcome, other: Outcome) -> None:
    """A hold taken before the pause keeps its rest; after it there is none."""
    assert other.done
    held = Slot.objects.filter(queue=made.site.queue, state="held")
    assert one.done or one.code == "paused"
    assert held.count() == (1 if one.done else 0)
    assert all(slot.remaining and slot.expires_at is None for slot in held)


def skipped_or_submitted(made: Scene, one: Outcome, other: Outcome) -> None:
    """Two tabs of one person: a submit counts while the slot is free for him, also after a skip."""
    assert one.done
    counts_once(made)
    assert other.code in ("", "submitted")


def extended_or_lapsed(made: Scene, one: Outcome, other: Outcome) -> None:
    assert one.done
    assert other.done
    assert not one.value
    assert made.slots("held") == 0


def kept_in_any_case(made: Scene, one: Outcome, other: Outcome) -> None:
    """Text saved after a lapse is kept, and the slot held by one of the two."""
    assert one.done
    assert made.drafts() == [WORDS]
    assert made.slots("held") == 1
    assert one.value != other.done


def awake_with_new_work(made: Scene, one: Outcome, other: Outcome) -> None:
    """New work keeps a queue awake, or wakes it; or it has just been completed and says so."""
    assert one.done
    assert other.code in ("", "wrong_state")
    assert made.queue.status == ("active" if other.done else "completed")


def accepted_or_revoked(made: Scene, one: Outcome, other: Outcome) -> None:
    """N lowered: never below what is submitted; else the hold ends, its submit is refused."""
    assert other.done
    item = Item.objects.get(pk=made.holds[1].item_id)
    assert item.status == "completed"
    assert made.submitted() == item.required == (2 if one.done else 1)
    if not one.done:
        refused_but_kept(made, one)


def one_more_after_raise(made: Scene, one: Outcome, other: Outcome) -> None:
    """N raised while the last answer comes in: finished items stay as they are, others get more."""
    assert one.done
    assert other.done
    item = Item.objects.get(pk=made.holds[0].item_id)
    assert (item.required, item.status) in ((1, "completed"), (2, "pending"))


def one_decision(made: Scene, one: Outcome, other: Outcome) -> None:
    item = made.item
    assert sorted([one.code, other.code]) == ["", "already_decided"]
    assert item.status == ("completed" if one.done else "pending")
    assert item.round == (1 if one.done else 2)


def kept_if_extended(made: Scene, one: Outcome, other: Outcome) -> None:
    """A sweep that waited for the renewal sees that there is time again."""
    assert other.done
    assert made.slots("held") == one.value


def all_want_two(made: Scene, one: Outcome, other: Outcome) -> None:
    """Whichever came first, what was added and what was there want the new number."""
    assert one.done
    assert other.done
    assert list(made.queue.items.values_list("required", flat=True)) == [2, 2]
    assert made.slots("free") == 4


def undone_or_opened(made: Scene, one: Outcome, other: Outcome) -> None:
    """Refused once a reviewer has opened the item; and nobody reviews what was taken back."""
    assert sorted([one.code, other.code]) in (["", "cannot_undo"], ["", "wrong_state"])
    assert made.item.status == ("in_progress" if one.done else "pending_review")


def both_undone_and_active_once(made: Scene, one: Outcome, other: Outcome) -> None:
    """The queue becomes active again with the first of them; the second finds it so."""
    assert one.done
    assert other.done
    assert (made.submitted(), made.slots("held"), made.queue.status) == (0, 2, "active")
    moves = Event.objects.filter(queue_id=made.site.queue.pk, object_type="queue")
    assert moves.filter(attribute="status", from_value="completed").count() == 1


def each_has_a_place(made: Scene, one: Outcome, other: Outcome) -> None:
    """In the order of the queue, which deals go round by."""
    assert one.done
    assert other.done
    places = list(made.queue.members.values_list("order", flat=True))
    assert len(places) == len(set(places)) == 3


def one_reviewer(made: Scene, one: Outcome, other: Outcome) -> None:
    assert sorted([one.code, other.code]) == ["", "cannot_review"]
