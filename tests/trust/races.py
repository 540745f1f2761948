"""Every pair of actions that may meet at one item, and what must come of it by DESIGN 7.

A race is a scene, two plays, and a verdict on what both were told and on the rows afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from annotate_site import sql
from annotate_site.projects.models import User
from queues.actions.claiming import Hold
from queues.actions.items import remove_item
from queues.actions.lapsing import reap
from queues.actions.required import change_required
from queues.actions.reviewing import open_review
from queues.models import Item, Queue, Reservation, Slot
from reviews.actions.deciding import approve_item, reject_item
from reviews.actions.reviewing import ReviewDraft, ReviewForm, answers_mark
from reviews.actions.submitting import Form
from reviews.actions.undoing import undo_latest
from reviews.answers import Draft, asked_fields
from reviews.models import Annotation, Score

from .. import factories
from .acting import Ground, Site
from .puppets import Outcome, Play

WORDS = "As it was sent"


@dataclass
class Scene:
    """A queue, the holds its people have, and the forms they are about to send."""

    site: Site
    people: list[User]
    reviewers: list[User]
    holds: list[Hold] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    tokens: list[UUID] = field(default_factory=list)

    @property
    def item(self) -> Item:
        return self.site.queue.items.select_related("queue").order_by("seq")[0]

    @property
    def queue(self) -> Queue:
        return Queue.objects.get(pk=self.site.queue.pk)

    def hold(self, person: int) -> Hold:
        hold = self.site.next(self.people[person].pk)
        self.holds.append(hold)
        self.forms.append(self.form(hold))
        return hold

    def form(self, hold: Hold) -> Form:
        return Form(hold.item_id, hold.round, hold.token, uuid4(), 0, self.site.draft(WORDS))

    def submitted(self) -> int:
        return Annotation.objects.filter(queue=self.site.queue, state="submitted").count()

    def slots(self, state: str) -> int:
        return Slot.objects.filter(queue=self.site.queue, state=state).count()

    def drafts(self) -> list[str]:
        """Texts that stand as drafts."""
        found = Annotation.objects.filter(queue=self.site.queue, state="draft")
        return [text for one in found for (text,) in one.draft["values"].values()]


def scene(
    ground: Ground, *, items: int = 1, held_by: tuple[int, ...] = (), **settings: Any
) -> Scene:
    """An active queue of two annotators and two reviewers; who holds an item of it, in order."""
    reviewers = ground.people[2:4]
    queue = factories.make_queue(
        ground.project, by=ground.manager, fields=[ground.field], annotators=ground.people[:2],
        reviewers=reviewers, **settings,
    )  # fmt: skip
    made = Scene(Site(ground, queue), ground.people[:2], reviewers)
    made.site.add(items)
    for person in held_by:
        made.hold(person)
    return made


# Scenes.


def one_hold(ground: Ground) -> Scene:
    return scene(ground, items=2, held_by=(0,))


def lapsed_hold(ground: Ground) -> Scene:
    made = scene(ground, held_by=(0,))
    factories.lapse(made.holds[0].slot_id)
    return made


def nothing_held(ground: Ground) -> Scene:
    return scene(ground)


def last_two(ground: Ground) -> Scene:
    return scene(ground, items=2, held_by=(0, 1))


def crossing(ground: Ground) -> Scene:
    """Each holds the item that is the other's next."""
    made = scene(ground, items=2, held_by=(0,), annotations_required=2)
    last = made.queue.items.latest("seq")
    made.holds.append(made.site.pick(made.people[1].pk, last.pk))
    made.forms.append(made.form(made.holds[1]))
    return made


def lapsed_one_of_two(ground: Ground) -> Scene:
    made = scene(ground, items=2, held_by=(0,), annotations_required=2)
    factories.lapse(made.holds[0].slot_id)
    return made


def released_one_of_two(ground: Ground) -> Scene:
    """A manager has ended the hold of one who is about to submit."""
    made = scene(ground, items=2, held_by=(0,), annotations_required=2)
    release(made)
    return made


def two_items(ground: Ground) -> Scene:
    return scene(ground, items=2)


def half_done(ground: Ground) -> Scene:
    """Two annotations required: one is in, the other is held."""
    made = scene(ground, items=2, held_by=(0, 1), annotations_required=2)
    second = made.holds[1]
    if second.item_id != made.holds[0].item_id:
        raise AssertionError("both take the first item first")
    made.site.send(made.people[0], made.forms[0])
    return made


def waiting_for_review(ground: Ground) -> Scene:
    made = scene(ground, items=2, held_by=(0,), requires_review=True)
    made.tokens = [made.holds[0].token]
    made.site.send(made.people[0], made.forms[0])
    return made


def in_review(ground: Ground) -> Scene:
    """Both reviewers have opened the item: the first one's hold has lapsed meanwhile."""
    made = waiting_for_review(ground)
    for reviewer in made.reviewers:
        open_review(queue=made.queue, item_id=made.item.pk, user=reviewer)
        sql.run(
            "update queues_reservation set expires_at = clock_timestamp() where kind = 'review'"
            " and queue_id = %s",
            [made.site.queue.pk],
        )
    return made


def one_member(ground: Ground) -> Scene:
    """A queue of one annotator, and two people who are to join it."""
    queue = factories.make_queue(
        ground.project, by=ground.manager, fields=[ground.field], annotators=ground.people[:1]
    )
    return Scene(Site(ground, queue), ground.people[:1], ground.people[2:4])


# Plays: what one process does.


def first_submits(made: Scene) -> None:
    made.site.send(made.people[0], made.forms[0])


def second_submits(made: Scene) -> None:
    made.site.send(made.people[1], made.forms[1])


def first_claims(made: Scene) -> Hold:
    return made.site.next(made.people[0].pk)


def second_claims(made: Scene) -> Hold:
    return made.site.next(made.people[1].pk)


def first_picks(made: Scene) -> Hold:
    return made.site.pick(made.people[0].pk, made.item.pk)


def second_picks(made: Scene) -> Hold:
    return made.site.pick(made.people[1].pk, made.item.pk)


def first_goes_on(made: Scene) -> Hold:
    first_submits(made)
    return first_claims(made)


def second_goes_on(made: Scene) -> Hold:
    second_submits(made)
    return second_claims(made)


def first_skips(made: Scene) -> None:
    made.site.skip(made.people[0].pk, made.holds[0].item_id, made.holds[0].token)


def first_extends(made: Scene) -> bool:
    return made.site.extend(made.people[0].pk, made.holds[0].token)


def first_saves(made: Scene) -> bool:
    hold = made.holds[0]
    saved = made.site.save(made.people[0].pk, hold.item_id, hold.round, hold.token, WORDS, 0)
    return saved.holding


def first_undoes(made: Scene) -> Any:
    return undo_latest(queue=made.queue, user=made.people[0], token=made.tokens[0])


def sweep(made: Scene) -> int:
    return reap(queue_id=made.site.queue.pk)


def pause(made: Scene) -> None:
    made.site.move("pause")


def close(made: Scene) -> None:
    made.site.move("close")


def archive(made: Scene) -> None:
    made.site.move("archive")


def remove_first(made: Scene) -> None:
    made.site.remove_person(made.people[0].pk)


def release(made: Scene) -> bool:
    hold = made.holds[0]
    return made.site.release(hold.item_id, hold.slot_id, made.people[0].pk)


def take_out(made: Scene) -> None:
    remove_item(queue=made.queue, item_id=made.item.pk, confirmed=True, actor=made.site.by)


def add_one(made: Scene) -> None:
    made.site.add(1)


def lower_to_one(made: Scene) -> None:
    change_required(queue=made.queue, required=1, raise_completed=False, actor=made.site.by)


def raise_to_two(made: Scene) -> None:
    change_required(queue=made.queue, required=2, raise_completed=False, actor=made.site.by)


def third_joins(made: Scene) -> None:
    made.site.add_person(made.reviewers[0].pk)


def fourth_joins(made: Scene) -> None:
    made.site.add_person(made.reviewers[1].pk)


def first_opens(made: Scene) -> Any:
    return open_review(queue=made.queue, item_id=made.item.pk, user=made.reviewers[0]).token


def second_opens(made: Scene) -> Any:
    return open_review(queue=made.queue, item_id=made.item.pk, user=made.reviewers[1]).token


def decision(made: Scene, remark: str = "") -> ReviewForm:
    item = made.item
    return ReviewForm(item, 1, 0, answers_mark(item, 1), ReviewDraft(remark, {}, Draft()))


def first_approves(made: Scene) -> None:
    asked = asked_fields(made.queue)
    for one in asked:
        one.required = False
    form = decision(made)
    approve_item(queue=made.queue, user=made.reviewers[0], form=form, asked=asked)


def second_rejects(made: Scene) -> None:
    form = decision(made, "Look again")
    reject_item(queue=made.queue, user=made.reviewers[1], form=form, to_others=False)


def first_rejects_then_claims(made: Scene) -> Any:
    """Sent back by a reviewer; then its annotator asks for what is next."""
    second_rejects(made)
    return first_claims(made).item_id


# Verdicts. `one` is what the first play of the race was told, `other` the second.


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


def double_click_counts_once(made: Scene, one: Outcome, other: Outcome) -> None:
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


def released_or_submitted(made: Scene, one: Outcome, other: Outcome) -> None:
    assert one.done
    assert other.done
    counts_once(made)


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


def undone_or_opened(made: Scene, one: Outcome, other: Outcome) -> None:
    """Refused once a reviewer has opened the item; and nobody reviews what was taken back."""
    assert sorted([one.code, other.code]) in (["", "cannot_undo"], ["", "wrong_state"])
    assert made.item.status == ("in_progress" if one.done else "pending_review")


def each_has_a_place(made: Scene, one: Outcome, other: Outcome) -> None:
    """In the order of the queue, which deals go round by."""
    assert one.done
    assert other.done
    places = list(made.queue.members.values_list("order", flat=True))
    assert len(places) == len(set(places)) == 3


def one_reviewer(made: Scene, one: Outcome, other: Outcome) -> None:
    assert sorted([one.code, other.code]) == ["", "cannot_review"]


@dataclass(frozen=True)
class Race:
    scene: Callable[[Ground], Scene]
    plays: tuple[Play, Play]
    verdict: Callable[[Scene, Outcome, Outcome], None]


RACES = {
    "submit against lapse": Race(
        lapsed_hold, (first_submits, sweep), submit_wins_over_lapse
    ),
    "submit after a lapse against somebody else's claim": Race(
        lapsed_hold, (first_submits, second_claims), one_of_two_gets_it
    ),
    "submit against pause": Race(one_hold, (first_submits, pause), submitted_and_paused),
    "two picks of one item": Race(nothing_held, (first_picks, second_picks), one_pick_wins),
    "two tabs of one person": Race(
        nothing_held, (first_claims, first_claims), both_tabs_show_one_hold
    ),
    "two tabs of one person, two items": Race(
        two_items, (first_claims, first_claims), both_tabs_show_one_hold
    ),
    "submit after a lapse in one tab, next in the other": Race(
        lapsed_one_of_two, (first_submits, first_claims), submitted_and_another_next
    ),
    "submit after a release in one tab, pick in the other": Race(
        released_one_of_two, (first_submits, first_picks), submitted_and_no_second_place
    ),
    "sent back while its annotator asks": Race(
        in_review, (first_rejects_then_claims, second_claims), comes_back_to_its_annotator
    ),
    "double click": Race(one_hold, (first_submits, first_submits), double_click_counts_once),
    "the last two items at once": Race(
        last_two, (first_submits, second_submits), both_in_and_complete
    ),
    "submit X then next Y against submit Y then next X": Race(
        crossing, (first_goes_on, second_goes_on), each_got_the_others_item
    ),
    "annotator removed while submitting": Race(
        one_hold, (first_submits, remove_first), in_or_kept
    ),
    "queue closed while submitting": Race(one_hold, (first_submits, close), in_or_kept),
    "queue archived while submitting": Race(one_hold, (first_submits, archive), in_or_kept),
    "item removed while submitting": Race(one_hold, (first_submits, take_out), in_or_removed),
    "queue closed while claiming": Race(nothing_held, (first_claims, close), claimed_or_not_open),
    "queue paused while claiming": Race(nothing_held, (first_claims, pause), claimed_or_paused),
    "annotator removed while claiming": Race(
        nothing_held, (first_claims, remove_first), claimed_or_not_open
    ),
    "submit in one tab, skip in the other": Race(
        one_hold, (first_submits, first_skips), skipped_or_submitted
    ),
    "submit against a manager's release": Race(
        one_hold, (first_submits, release), released_or_submitted
    ),
    "extend after a lapse against the sweep": Race(
        lapsed_hold, (first_extends, sweep), extended_or_lapsed
    ),
    "autosave after a lapse against somebody else's claim": Race(
        lapsed_hold, (first_saves, second_claims), kept_in_any_case
    ),
    "the last submit against adding": Race(
        lambda ground: scene(ground, held_by=(0,)), (first_submits, add_one), awake_with_new_work
    ),
    "N lowered while held": Race(half_done, (second_submits, lower_to_one), accepted_or_revoked),
    "N raised while the last answer comes in": Race(
        one_hold, (first_submits, raise_to_two), one_more_after_raise
    ),
    "approve against reject": Race(in_review, (first_approves, second_rejects), one_decision),
    "undo against a reviewer opening": Race(
        waiting_for_review, (first_undoes, first_opens), undone_or_opened
    ),
    "two people join at once": Race(one_member, (third_joins, fourth_joins), each_has_a_place),
    "two reviewers open one item": Race(
        waiting_for_review, (first_opens, second_opens), one_reviewer
    ),
}  # fmt: skip
