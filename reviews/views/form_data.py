"""What the forms of workspace and review post: read once, for page and autosave alike."""

from uuid import UUID

from django.http import Http404

from annotate_site.form_data import read_number, read_uuid
from queues.access import QueueRequest
from queues.models import Item, QueueField

from ..actions.submitting import Form
from ..active_time import read_active_ms
from ..answers import read_draft

SOMEBODY_ELSE = (
    "Someone else is signed in in this browser now. Nothing was sent in that name; what you typed"
    " stays on the screen. Sign in as yourself in another tab to continue."
)


def read_form(request: QueueRequest, item: UUID, asked: list[QueueField]) -> Form:
    """The posted form; a value that no page of ours sends is a 404."""
    post = request.POST
    return Form(
        item, read_number(post, "round"), read_uuid(post, "token"),
        read_uuid(post, "submission_id"), read_number(post, "version"), read_draft(post, asked),
        read_active_ms(post),
    )  # fmt: skip


def is_somebody_elses(request: QueueRequest) -> bool:
    """The page was rendered for another person, who has signed out or been signed out since.

    Their text must neither be stored nor count under the name of whoever is signed in now.
    """
    person = request.POST.get("person")
    return person is not None and person != str(request.user.pk)


def find_item(request: QueueRequest, pk: UUID) -> Item:
    item = request.queue.items.defer("snapshot").filter(pk=pk).first()
    if item is None:
        raise Http404
    return item
