"""Items of a queue: listed, read, added, removed, and what came of them."""

from typing import Any
from uuid import UUID

from django.http import Http404, StreamingHttpResponse
from ninja import Query, Router, Status

from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.projects.idempotency import Outcome
from annotate_site.projects.models import Job
from queues.access import readable_items
from queues.actions.items import remove_item, restore_item
from queues.forms.adding import MOST_PATHS
from queues.models import Item
from queues.queries.effective import effective_items
from queues.queries.item_filter import ItemFilter
from queues.queries.items import IN_ORDER, done_slots
from queues.selected import add_selected
from queues.snapshots import shown_content
from queues.visibility import Reader
from reviews.views.exports import stream_export
from traces.paths import is_path
from traces.sources import SourceKind
from traces.sources.selecting import Selected, SelectedKeys, SelectedTraces

from .errors import Invalid
from .guard import QueueRequest, Token
from .paging import read_rows
from .queue_schemas import ItemDetail, ItemPage, ItemQuery, ItemsAdded, ItemsIn
from .repeats import answer_once
from .selections import select_traces

router = Router(tags=["items"])
QUEUE = "/projects/{slug:project}/queues/{uuid:queue}"
ITEMS, ITEM = f"{QUEUE}/items", f"{QUEUE}/items/{{uuid:item}}"
BY_KEY = {
    "span_ids": SourceKind.SPAN, "session_ids": SourceKind.SESSION,
    "dataset_row_ids": SourceKind.DATASET_ROW,
}  # fmt: skip
WAYS = ("trace_ids", "filter", *BY_KEY)


@router.get(ITEMS, auth=Token(Can.READ_RESULTS, in_queue=True), response=ItemPage, url_name="items")
def list_items(
    request: QueueRequest, project: str, queue: UUID, query: Query[ItemQuery]
) -> dict[str, Any]:
    """In the order of adding, without their content. Narrowed as on the page of items."""
    effective = effective_items([queue])
    wanted = ItemFilter.of(request.GET).for_readers(manages=Can.MANAGE in request.own)
    found = wanted.apply(request.queue.items.present(), effective, request.queue)
    of = f"items {queue} {wanted.query()}"
    shown = found.defer("snapshot").annotate(done=done_slots())
    rows, cursor = read_rows(shown, IN_ORDER, query, of=of)
    told = [_told(one, effective.status(one.pk, one.status)) for one in rows]
    return {"items": told, "next_cursor": cursor}


@router.post(
    ITEMS, auth=Token(Can.MANAGE, in_queue=True), response={201: ItemsAdded}, url_name="items"
)
def add_items(request: QueueRequest, project: str, queue: UUID, body: ItemsIn) -> Status[Outcome]:
    """What is in the queue already is counted as a duplicate. Large selections are added by a job.
    With an `Idempotency-Key` a repeat answers as the first request did.
    """
    selection, display = _selection(request, body), _display(body)
    return Status(201, answer_once(request, lambda: _add(request, selection, display)))


def _add(request: QueueRequest, selection: Selected, display: dict[str, Any]) -> Outcome:
    user = request.access.user
    done = add_selected(
        selection=selection, queue=request.queue, display=display, by=user,
        actor=Actor.token(user),
    )  # fmt: skip
    if isinstance(done, Job):
        return {"job": str(done.pk)}
    return {
        "added": done.added, "duplicates": done.duplicates, "not_found": list(done.not_found),
    }  # fmt: skip


def _selection(request: QueueRequest, body: ItemsIn) -> Selected:
    """Raises Invalid."""
    given = [way for way in WAYS if getattr(body, way) is not None]
    if len(given) != 1:
        raise Invalid([("body", f"Send one of {', '.join(WAYS)}.")])
    here, [way] = request.access.project, given
    if kind := BY_KEY.get(way):
        return SelectedKeys.read(here, kind, getattr(body, way))
    return SelectedTraces.of(select_traces(here, body.trace_ids, body.filter, within="body"))


def _display(body: ItemsIn) -> dict[str, Any]:
    """Raises Invalid."""
    display = body.display.dict()
    paths = [*body.display.inputs, *body.display.outputs, *body.display.expected]
    shows = body.display.inputs or body.display.outputs or body.display.steps
    if not shows or len(paths) > MOST_PATHS or not all(map(is_path, paths)):
        raise Invalid([("body.display", "Name the inputs or outputs that annotators see.")])
    return display


@router.get(ITEM, auth=Token(Can.SEE_QUEUE, in_queue=True), response=ItemDetail, url_name="item")
def read_item(request: QueueRequest, project: str, queue: UUID, item: UUID) -> dict[str, Any]:
    """With its content. Annotators read the items that they hold or have held."""
    readable = readable_items(request.queue, request.access).annotate(done=done_slots())
    found = readable.filter(pk=item, removed_at=None).first()
    if found is None:
        raise Http404
    status = effective_items([queue]).status(found.pk, found.status)
    return _told(found, status) | {"content": shown_content(found, request.queue)}


@router.delete(ITEM, auth=Token(Can.MANAGE, in_queue=True), response={204: None}, url_name="item")
def remove(
    request: QueueRequest, project: str, queue: UUID, item: UUID, even_if_held: bool = False
) -> Status[None]:
    """Takes it out of lists, counts and exports; its answers are kept and can be restored with it.
    Refused while somebody has it open, unless `even_if_held`.
    """
    found = _find(request, item)
    remove_item(
        queue=request.queue, item_id=found.pk, confirmed=even_if_held,
        actor=Actor.token(request.access.user),
    )  # fmt: skip
    return Status(204, None)


@router.post(
    f"{ITEM}/restore", auth=Token(Can.MANAGE, in_queue=True), response={204: None},
    url_name="item-restore",
)  # fmt: skip
def restore(request: QueueRequest, project: str, queue: UUID, item: UUID) -> Status[None]:
    """Brings back an item that was removed, with its answers."""
    found = _find(request, item)
    restore_item(queue=request.queue, item_id=found.pk, actor=Actor.token(request.access.user))
    return Status(204, None)


@router.get(
    f"{QUEUE}/export", auth=Token(Can.READ_RESULTS, in_queue=True), url_name="queue-export",
    openapi_extra={
        "parameters": [
            {"in": "query", "name": name, "schema": {"type": "string"}}
            for name in ("shape", "format", "with")
        ]
    },
)  # fmt: skip
def export(request: QueueRequest, project: str, queue: UUID) -> StreamingHttpResponse:
    """The answers, streamed: `shape` long or wide, `format` jsonl or csv, `with` what else, as on
    the page. Its event says who took it, and whoever reads others' answers has opened them.
    """
    return stream_export(request.queue, Reader.of(request.own), request.GET)


def _find(request: QueueRequest, pk: UUID) -> Item:
    found: Item | None = request.queue.items.defer("snapshot").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _told(item: Any, status: str) -> dict[str, Any]:
    names = (
        "id", "title", "round", "done", "required", "priority", "source_kind", "source_key",
        "completed_at",
    )  # fmt: skip
    told = {name: getattr(item, name) for name in names}
    return told | {"status": status, "batch": item.batch_id}
