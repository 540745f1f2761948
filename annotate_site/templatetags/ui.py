"""Small parts of all pages: icons, states, times, progress bars, addresses (docs/look.md)."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from annotate_site import charts

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86400


class State(NamedTuple):
    """How one status is told: a drawing, a word, and a tone (calm, attention, wrong or none)."""

    glyph: str
    word: str
    tone: str = ""


STATES = {
    # items
    "pending": State("ring", "Pending"),
    "in_progress": State("half", "In progress"),
    "skipped": State("skip", "Skipped"),
    "pending_review": State("diamond", "Waiting for review", "attention"),
    "completed": State("disc", "Completed", "calm"),
    # queues
    "not_started": State("ring", "Not started"),
    "draft": State("dashed", "Draft"),
    "active": State("play", "Active", "calm"),
    "paused": State("bars", "Paused", "attention"),
    "archived": State("box", "Archived"),
    "drained": State("disc", "Drained"),
    "on": State("play", "On", "calm"),
    "off": State("dash", "Off"),
    # what a queue or a project still needs
    "ready": State("check", "Ready", "calm"),
    "missing": State("ring", "To do"),
    # slots
    "free": State("ring", "Free"),
    "held": State("half", "Held"),
    "done": State("disc", "Done", "calm"),
    "void": State("dash", "Void"),
    # reviews
    "same": State("check", "Same"),
    "differ": State("differ", "Differ", "attention"),
    "approved": State("disc", "Approved", "calm"),
    "rejected": State("back", "Sent back", "attention"),
    "cleared": State("dash", "Cleared"),
    # an annotator's own work
    "parked": State("bars", "Parked"),
    "refused": State("cross", "Not taken", "wrong"),
    # notices
    "unread": State("dot", "Unread", "attention"),
    "read": State("check", "Read"),
    # guidelines
    "changed": State("differ", "Changed", "attention"),
    # jobs
    "waiting": State("ring", "Waiting"),
    "running": State("half", "Running"),
    "failed": State("cross", "Failed", "wrong"),
    # traces
    "ok": State("check", "OK"),
    "error": State("cross", "Error", "wrong"),
    "unset": State("dash", "No status"),
}


@cache
def _drawing(name: str) -> SafeString:
    return render_to_string(f"icons/{name}.svg")


@register.simple_tag
def icon(name: str) -> SafeString:
    """The inline drawing templates/icons/<name>.svg; TemplateDoesNotExist for an unknown name."""
    return _drawing(name)


@register.simple_tag
def state(status: str, word: str = "") -> SafeString:
    """Glyph and word of a status; `word` replaces the usual word. Unknown ones show as they are."""
    shown = STATES.get(status) or State("dash", str(status).replace("_", " ").capitalize())
    return format_html(
        '<span class="state {}" data-state="{}">{}<span>{}</span></span>',
        shown.tone,
        status,
        _drawing(f"state-{shown.glyph}"),
        word or shown.word,
    )


def count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def span_in_words(seconds: float) -> str:
    """A length of time, rounded down: "45 seconds", "3 minutes", "2 hours", "6 days"."""
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= size:
            return count(int(seconds // size), unit)
    return count(int(seconds), "second")


def is_far(at: datetime, now: datetime) -> bool:
    """So far away that the day is told."""
    return abs((now - at).total_seconds()) >= 7 * DAY


def time_in_words(at: datetime, now: datetime) -> str:
    """As in "3 minutes ago" and "in 2 hours"; beyond a week the date, with any other year."""
    seconds = (now - at).total_seconds()
    if is_far(at, now):
        local = timezone.localtime(at)
        year = "" if local.year == timezone.localtime(now).year else f" {local.year}"
        return f"{local.day} {local:%b}{year}"
    if abs(seconds) < MINUTE:
        return "just now" if seconds >= 0 else "in a moment"
    words = span_in_words(abs(seconds))
    return f"{words} ago" if seconds > 0 else f"in {words}"


@register.simple_tag
def when(at: datetime | None, never: str = "–") -> SafeString | str:
    """A <time> in words, absolute (with its zone) on hover; `never` where there is no time.

    Scripts tell both in the reader's zone.
    """
    if at is None:
        return never
    local, now = timezone.localtime(at), timezone.now()
    return format_html(
        '<time datetime="{}" title="{}" data-when="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        f"{local.day} {local:%B %Y, %H:%M %Z}",
        "day" if is_far(at, now) else "",
        time_in_words(at, now),
    )


@register.inclusion_tag("ui/progress.html")
def progress(completed: int, waiting: int, in_progress: int, total: int) -> dict[str, object]:
    """A bar of three segments, in percent of `total` items, and the figures beside it."""
    share = 100 / total if total else 0
    done, review, going = (round(n * share, 2) for n in (completed, waiting, in_progress))
    return {
        "completed": completed,
        "waiting": waiting,
        "in_progress": in_progress,
        "total": total,
        "bars": [("done", 0, done), ("waiting", done, review), ("going", done + review, going)],
    }


@register.inclusion_tag("ui/trend.html")
def trend(values: Sequence[int], what: str) -> dict[str, object]:
    """Small bars, one for each day up to today; `what`: of which they are, for screen readers."""
    said = ", ".join(map(str, values))
    drawn = charts.bars(values, height=16)
    label = f"{what}, the last {len(values)} days, today last: {said}"
    return {"bars": drawn, "width": len(values) * 8 - 2, "height": 16, "label": label}


@register.simple_tag
def work_time(milliseconds: float) -> str:
    """A time at work: "48 s", "3 min 20 s", "2 h 05 min"."""
    seconds = round(milliseconds / 1000)
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min {seconds % MINUTE:02} s"
    return f"{seconds // HOUR:,} h {seconds % HOUR // MINUTE:02} min"


@register.simple_tag
def path(name: str, *args: UUID | str) -> str:
    """As {% url %}, for slugs and UUIDs that an address has led here with; NoReverseMatch as there.

    Django works each address out anew, which for the fifteen of a workspace takes as long as
    drawing its form does; here each name is asked for once.
    """
    return _shape(name, tuple(type(one) is UUID for one in args)).format(*args)


@cache
def _shape(name: str, are_ids: tuple[bool, ...]) -> str:
    stand_ins = [UUID(int=n) if is_id else f"arg-{n}" for n, is_id in enumerate(are_ids)]
    shape = reverse(name, args=stand_ins)
    for number, one in enumerate(stand_ins):
        shape = shape.replace(str(one), f"{{{number}}}")
    return shape
