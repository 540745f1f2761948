"""One's own work in a queue: submitted, skipped, open, what could not be taken; corrections."""

from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from annotate_site.form_data import read_number
from annotate_site.projects.access import Can
from fields.widgets import AnswerWidget
from queues.access import QueueRequest, queue_member
from queues.errors import NotMember
from queues.models import Item
from queues.snapshots import item_reading
from traces.reading.sections import Reading

from ..actions.correcting import (
    CannotCorrect,
    Correctable,
    correct_annotation,
    own_correctable,
)
from ..actions.drafts import DraftConflict
from ..actions.submitting import Invalid
from ..actions.undoing import latest_undoable
from ..answers import Draft, read_draft, what_is_wrong
from ..my_history.item import ever_asked, in_words, read_own_item, typed_answers
from ..my_history.listing import FILTERS, OwnFilter
from ..my_history.listing import own_work as read_own_work
from ..workspace.desk import make_widgets
from .addresses import queue_url


@queue_member(Can.ANNOTATE)
@require_GET
def own_work(request: QueueRequest) -> HttpResponse:
    """Newest first, 50 a page; `q` searches titles, texts and one's own answers."""
    wanted = OwnFilter.of(request.GET)
    page = read_own_work(request.queue, request.user, wanted)
    context = {
        "queue": request.queue, "page": page, "wanted": wanted,
        "states": [(state.value, words) for state, (words, _) in FILTERS.items()],
        "undo": latest_undoable(request.queue, request.user),
        "query": urlencode({"q": wanted.text, "state": wanted.state}),
    }  # fmt: skip
    return render(request, "reviews/own_work.html", context)


@queue_member(Can.ANNOTATE)
@require_GET
def own_item(request: QueueRequest, item: UUID) -> HttpResponse:
    """One's own earlier item, read-only, with one's answers and what can be done with them."""
    found = get_object_or_404(request.queue.items.filter(removed_at=None), pk=item)
    rounds = read_own_item(request.queue, found, request.user)
    if not rounds:
        raise Http404
    context = {
        "queue": request.queue, "item": found, "reading": item_reading(found, request.queue),
        "rounds": rounds, "undo": latest_undoable(request.queue, request.user),
    }  # fmt: skip
    return render(request, "reviews/own_item.html", context)


@dataclass
class CorrectForm:
    """One's own answers to change; `theirs`: what another tab has stored since, by field name."""

    item: Item
    reading: Reading
    widgets: list[AnswerWidget]
    round: int
    version: int
    wrong: str = ""
    theirs: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, item: Item, mine: Correctable) -> "CorrectForm":
        widgets = make_widgets(mine.asked, mine.draft, {})
        return cls(
            item, item_reading(item, item.queue), widgets, item.round, mine.annotation.version
        )


@queue_member(Can.ANNOTATE)
@require_http_methods(["GET", "HEAD", "POST"])
def item_correct(request: QueueRequest, item: UUID) -> HttpResponse:
    """GET shows one's submitted answers as a form; POST stores what differs and goes back."""
    found = get_object_or_404(request.queue.items, pk=item)
    try:
        mine = own_correctable(request.queue, found, request.user)
        if request.method == "POST":
            return _correct(request, found, mine)
    except (CannotCorrect, NotMember) as error:
        return _cannot_correct(request, found, str(error))
    return _correct_page(request, CorrectForm.of(found, mine))


def _correct(request: QueueRequest, item: Item, mine: Correctable) -> HttpResponse:
    """Raises CannotCorrect."""
    sent, form = read_draft(request.POST, mine.asked), CorrectForm.of(item, mine)
    round, version = (read_number(request.POST, name) for name in ("round", "version"))
    try:
        correct_annotation(
            queue=request.queue, item=item, user=request.user, round=round, version=version,
            draft=sent,
        )  # fmt: skip
    except Invalid as invalid:
        form.widgets = make_widgets(mine.asked, sent, invalid.errors)
        form.wrong = what_is_wrong(invalid.errors)
        return _correct_page(request, form, 422)
    except DraftConflict as conflict:
        form.widgets = make_widgets(mine.asked, sent, {})
        form.version, form.theirs = conflict.version, _in_words(mine, conflict.theirs)
        return _correct_page(request, form, 409)
    messages.success(request, "Your answers are corrected.")
    return redirect(_back(request, item))


def _cannot_correct(request: QueueRequest, item: Item, sentence: str) -> HttpResponse:
    """Back to one's own work; but where a form was sent, 409 with what was typed in it."""
    if request.method != "POST":
        messages.error(request, sentence)
        return redirect(queue_url(request, "own-work"))
    asked = ever_asked(request.queue)
    context = {
        "queue": request.queue, "item": item, "sentence": sentence,
        "typed": typed_answers(read_draft(request.POST, asked), asked),
        "back_url": _workspace(request) or queue_url(request, "own-work"),
    }  # fmt: skip
    return render(request, "reviews/item_not_corrected.html", context, status=409)


def _in_words(mine: Correctable, theirs: Draft) -> list[tuple[str, str]]:
    return [(name, text or "") for name, text, _ in in_words(theirs, mine.asked)]


def _correct_page(request: QueueRequest, form: CorrectForm, status: int = 200) -> HttpResponse:
    context = {"queue": request.queue, "form": form, "back_url": _back(request, form.item)}
    return render(request, "reviews/item_correct.html", context, status=status)


def _back(request: QueueRequest, item: Item) -> str:
    """Where one came from: the workspace, or the item among one's own."""
    return _workspace(request) or queue_url(request, "own-item", item.pk)


def _workspace(request: QueueRequest) -> str:
    """Its address, "" for one who did not come from there."""
    return queue_url(request, "workspace") if request.GET.get("from") == "workspace" else ""
