"""How each ending of a hold reads: to its annotator, and in the history of the item."""

from dataclasses import dataclass

from .states import Ending

TEXT_KEPT = "What you type is still kept."
SUBMIT_WORKS = "Submit still works while the item needs an answer."
IN_FORM = "What you typed is in the form."
ANSWERS_KEPT = "Your answers are kept."
AGAIN = "submit again to have your answers counted."


@dataclass(frozen=True)
class EndingText:
    """`history` and `review_history`: a line of the item's history, of a hold to annotate or to
    review; {holder} is a name, {hold} their reservation. `own_history`: where the holder ended it.

    `still_open`: to the annotator whose page is still open, and `bar`: the word for it in place of
    the time. `offered_again`: where the draft that it left is opened again. `refused`: to a submit
    that comes too late, and `after_refusal`: where that draft is opened again. Each "" where nobody
    meets it.
    """

    history: str = "{hold} ended"
    own_history: str = ""
    review_history: str = "The review of {holder} ended"
    because: str = ""
    still_open: str = ""
    bar: str = "Place gone"
    offered_again: str = ""
    refused: str = ""
    after_refusal: str = (
        "You answered this item before, and it had all its answers already. A place is free now:"
        f" {AGAIN}"
    )


NOT_HELD = f"You no longer hold this item. {TEXT_KEPT}"
PLACE_TAKEN = "The last place has been taken. Yours is kept as a draft; your manager sees it."
OTHERS_SEEN = (
    "You have seen others' answers to this item since your time on it ended, so yours cannot count."
    " They are kept as a draft; your manager sees it."
)
NEW_ROUND = "This item has begun a new round. Your answers are kept with the old one."
# Of a hold that has lapsed, where something else keeps it from being taken again.
LAPSED_WHILE_PAUSED = (
    f"Your time on this item is over, and the queue is paused. {TEXT_KEPT} When it resumes, the"
    " next save takes a free place."
)
LAPSED_ANOTHER_OPEN = (
    f"Your time on this item is over, and you have another one open. {TEXT_KEPT} {SUBMIT_WORKS}"
)

ENDINGS = {
    Ending.SUBMITTED: EndingText(
        still_open="You have submitted this item in another tab.",
        bar="Submitted",
        refused="You have submitted this item already. Nothing was changed.",
    ),
    Ending.SKIPPED: EndingText(
        history="{holder} skipped it",
        still_open=f"You skipped this item in another tab. {TEXT_KEPT} Submit takes the skip back.",
        bar="Skipped",
    ),
    Ending.EXPIRED: EndingText(
        history="{hold} lapsed",
        review_history="The reservation of {holder} for review lapsed",
        still_open=(
            f"Your time on this item is over, and somebody else has the place now. {TEXT_KEPT}"
            " If a place is free again, the next save takes it, and this page says so."
        ),
        bar="Time is over",
        offered_again=f"Your time on this item ended before you submitted it. {IN_FORM}",
    ),
    Ending.RELEASED: EndingText(
        history="{hold} was released",
        own_history="{holder} released it",
        still_open=f"A manager has ended your reservation of this item. {TEXT_KEPT} {SUBMIT_WORKS}",
        offered_again=f"A manager ended your reservation of this item; you may continue. {IN_FORM}",
    ),
    Ending.REVOKED: EndingText(
        because="the item wants fewer annotations",
        still_open=f"This item needs fewer answers now, and your place is gone. {TEXT_KEPT}",
        offered_again=f"Your place on this item was gone, and one is free again. {IN_FORM}",
    ),
    Ending.QUEUE_CLOSED: EndingText(
        because="the queue was closed",
        still_open=f"This queue has been closed. {TEXT_KEPT}",
        bar="Closed",
        offered_again=f"The queue was closed while you worked on this item. {IN_FORM}",
        refused=f"This queue was closed before your submit. {ANSWERS_KEPT}",
        after_refusal=f"The queue was closed before your submit. It is open again: {AGAIN}",
    ),
    Ending.ITEM_REMOVED: EndingText(
        because="the item was removed",
        still_open=f"This item has been taken out of the queue. {TEXT_KEPT}",
        bar="Taken out",
        refused=f"This item was taken out of the queue. {ANSWERS_KEPT}",
        after_refusal=f"This item was out of the queue at your submit. It is back: {AGAIN}",
    ),
    Ending.MEMBER_REMOVED: EndingText(
        because="no longer in the queue",
        refused=f"You have been removed from this queue. {ANSWERS_KEPT}",
        after_refusal=f"You were out of this queue at your submit. You are back in it: {AGAIN}",
    ),
    Ending.UNDONE: EndingText(
        because="the item before it was taken up again",
        refused="You took this submit back. Reload the page to continue.",
    ),
    Ending.DECIDED: EndingText(),
}
# Why a place is kept for somebody no longer, if not because their hold ended.
UNBOUND_BECAUSE = {
    "strategy": "the strategy changed",
    "away": "marked away",
    Ending.EXPIRED: "nobody opened it for three days",
    Ending.MEMBER_REMOVED: ENDINGS[Ending.MEMBER_REMOVED].because,
}
# After these a submit counts all the same, while a slot of the round is free for its person.
MAY_TAKE_AGAIN = (Ending.EXPIRED, Ending.RELEASED, Ending.REVOKED, Ending.SKIPPED)


def of(ending: str) -> EndingText:
    """The texts of a stored ending; those of no ending in particular where it is unknown."""
    return ENDINGS[Ending(ending)] if ending in Ending.values else EndingText()


def history_line(ending: str, holder: str, *, own: bool, by: str) -> str:
    """How a hold to annotate ended, for the item's history.

    `holder`: a name, "" where it is not known; `own`: they ended it themselves; `by`: " by …".
    """
    text = of(ending)
    hold = f"The reservation of {holder}" if holder else "The reservation"
    line = text.own_history if own and text.own_history else text.history
    actor = "" if own or ending == Ending.EXPIRED else by
    because = f": {text.because}" if text.because else ""
    return f"{line.format(holder=holder, hold=hold)}{actor}{because}"
