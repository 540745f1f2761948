"""How a notice reads, in the page and in a mail's subject."""

from datetime import date

from annotate_site.projects.models import NoticeKind
from annotate_site.text import clean_line, strip_bidi_controls

LONGEST_NAME = 80  # of a queue, in a subject


def items(number: int) -> str:
    return "1 item" if number == 1 else f"{number:,} items"


def are(number: int) -> str:
    return "is" if number == 1 else "are"


def were(number: int) -> str:
    return "was" if number == 1 else "were"


def due_words(due: date | None, days: int | None) -> str:
    """`days`: from today on in the project's zone; negative for a day that has passed."""
    if due is None or days is None:
        return "It has no due date any more"
    day = f"{due.day} {due:%B}"
    if days < 0:
        return f"Was due on {day}"
    near = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
    return f"Due {near}, {day}"


def sentence(
    kind: str, count: int, *, rights: str = "", due: date | None = None, days: int | None = None
) -> str:
    """In the page, beside the queue's name. `rights`: "annotator", "reviewer", or both."""
    match kind:
        case NoticeKind.INVITED:
            return f"You were added as {rights}." if rights else "You were added to this queue."
        case NoticeKind.SENT_BACK:
            return f"{items(count)} {were(count)} sent back to you." if count else "All answered."
        case NoticeKind.REVIEW:
            waits = f"{items(count)} {are(count)} waiting for your review."
            return waits if count else "Nothing is waiting for review any more."
        case NoticeKind.DUE_SOON:
            return f"{due_words(due, days)}."
    return f"Completed: {items(count)}."


def subject(kind: str, count: int, queue: str, *, days: int | None = None) -> str:
    """Of a mail: one line, whatever the queue is called."""
    name = in_a_line(queue)
    match kind:
        case NoticeKind.INVITED:
            return f"You were added to {name}"
        case NoticeKind.SENT_BACK:
            return f"{items(count)} sent back to you in {name}"
        case NoticeKind.REVIEW:
            return f"{items(count)} waiting for your review in {name}"
        case NoticeKind.DUE_SOON:
            near = {0: "today", 1: "tomorrow"}.get(days or 0, f"in {days} days")
            return f"{name} is due {near}"
    return f"{name} is completed"


def digest_subject(queues: int) -> str:
    where = "1 queue" if queues == 1 else f"{queues} queues"
    return f"Waiting for you today in {where}"


def in_a_line(name: str) -> str:
    """A name that somebody wrote, as our own sentence can hold it: no control character is left."""
    plain = "".join(one if one.isprintable() else " " for one in strip_bidi_controls(name))
    line = clean_line(plain)
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1].rstrip()}…"


def rights_words(annotates: bool, reviews: bool) -> str:
    named = [word for word, has in (("annotator", annotates), ("reviewer", reviews)) if has]
    return " and ".join(("an annotator", "a reviewer")[word == "reviewer"] for word in named)
