"""Queues: listed, made, changed, moved from status to status, and who works in them."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Lower
from ninja import Query, Router, Status

from annotate_site.keyset import Keyset
from annotate_site.projects.access import Can
from annotate_site.projects.events import Actor
from annotate_site.projects.idempotency import Outcome
from annotate_site.projects.models import User
from fields.models import Field
from queues.actions.people import add_members, remove_member, set_rights
from queues.actions.settings import Asked, change_settings, create_queue
from queues.commands import COMMANDS
from queues.forms.settings import SettingsForm, initial_of, people_of
from queues.models import Queue
from queues.queries.effective import counts, effective_items
from queues.queries.listing import queues_for

from .errors import Invalid
from .guard import ApiRequest, QueueRequest, Token
from .paging import read_rows
from .queue_schemas import (
    AskedIn,
    MemberIn,
    MemberOut,
    QueueChanged,
    QueueChanges,
    QueueDetail,
    QueueIn,
    QueuePage,
    QueueQuery,
    StatusIn,
)
from .repeats import answer_once

router = Router(tags=["queues"])
QUEUES, QUEUE = "/projects/{slug:project}/queues", "/projects/{slug:project}/queues/{uuid:queue}"
NEWEST = Keyset(("id",), falling=True)
SETTINGS = tuple(SettingsForm.base_fields)
MAY_BE_NULL = ("due_date",)
NOBODY = "Nobody in this project has this e-mail address."
TWICE = "This person is in the list twice."
STATUSES = ("pending", "in_progress", "skipped", "pending_review", "completed")
# By the status that is asked for: by the one there is, the command that leads to it.
COMMAND_TO = {
    "active": {"draft": "activate", "paused": "resume", "completed": "reopen"},
    "paused": {"active": "pause"},
    "completed": {"active": "complete", "paused": "complete"},
}


@router.get(QUEUES, auth=Token(Can.READ_RESULTS), response=QueuePage, url_name="queues")
def list_queues(request: ApiRequest, project: str, query: Query[QueueQuery]) -> dict[str, Any]:
    """The newest first."""
    found = queues_for(
        request.access, text=query.q.strip(), status=query.status, archived=query.archived
    )
    of = f"queues {request.access.project.pk} {query.q!r} {query.status} {query.archived}"
    rows, cursor = read_rows(found.order_by(), NEWEST, query, of=of)
    return {"items": _told(rows), "next_cursor": cursor}


@router.post(QUEUES, auth=Token(Can.MANAGE), response={201: QueueDetail}, url_name="queues")
def add_queue(request: ApiRequest, project: str, body: QueueIn) -> Status[Outcome]:
    """A draft. With an `Idempotency-Key` a repeat answers as the first request did."""
    return Status(201, answer_once(request, lambda: _create(request, body)))


@transaction.atomic
def _create(request: ApiRequest, body: QueueIn) -> Outcome:
    access = request.access
    first = {name: field.initial for name, field in SettingsForm.base_fields.items()}
    given = body.dict(exclude_unset=True, exclude={"fields", "people"})
    settings, _ = _judged(given, first, only=SETTINGS)
    people = _people(access.project, body.people)
    queue = create_queue(
        project=access.project, by=access.user, settings=settings,
        fields=_asked(access.project, body.fields or []),
        annotators=[user for user, rights in people if rights.annotates],
    )  # fmt: skip
    reviewers = [user for user, rights in people if rights.reviews]
    actor = Actor.token(access.user)
    add_members(queue=queue, users=reviewers, actor=actor, can_review=True)
    return QueueDetail(**_detail(queue)).model_dump(mode="json")


@router.get(
    QUEUE, auth=Token(Can.READ_RESULTS, in_queue=True), response=QueueDetail, url_name="queue"
)
def read_queue(request: QueueRequest, project: str, queue: UUID) -> dict[str, Any]:
    return _detail(request.queue)


@router.patch(QUEUE, auth=Token(Can.MANAGE, in_queue=True), response=QueueChanged, url_name="queue")
def patch_queue(
    request: QueueRequest, project: str, queue: UUID, body: QueueChanges
) -> dict[str, Any]:
    """All or nothing. A field that is left out of `fields` is retired once the queue is in use: its
    answers are kept and exported.
    """
    found, here = request.queue, request.access.project
    given = body.dict(exclude_unset=True, exclude={"fields"})
    if "fields" in body.model_fields_set and body.fields is None:
        raise Invalid([("body.fields", "This can't be null.")])
    settings, number = _judged(given, initial_of(found), only=_named(given))
    asked = body.fields
    job = change_settings(
        queue=found, settings=settings, number=number, actor=Actor.token(request.access.user),
        fields=None if asked is None else _asked(here, asked, known=found),
    )  # fmt: skip
    found.refresh_from_db()
    return _detail(found) | {"job": job.pk if job else None}


@router.post(
    f"{QUEUE}/status", auth=Token(Can.MANAGE, in_queue=True), response=QueueDetail,
    url_name="queue-status",
)  # fmt: skip
def move_queue(request: QueueRequest, project: str, queue: UUID, body: StatusIn) -> dict[str, Any]:
    """Asking for the status that it has changes nothing. `restored`: as it was when archived."""
    found, wanted = request.queue, body.status
    archives = {"archived": "archive", "restored": "restore"}
    name = archives.get(wanted) or COMMAND_TO[wanted].get(found.status)
    if name is None and found.status != wanted:
        raise Invalid([("body.status", f"A queue that is {found.status} can't become {wanted}.")])
    if name:
        COMMANDS[name].run(found, Actor.token(request.access.user))
        found.refresh_from_db()
    return _detail(found)


@router.get(
    f"{QUEUE}/members", auth=Token(Can.READ_RESULTS, in_queue=True), response=list[MemberOut],
    url_name="members",
)  # fmt: skip
def list_members(request: QueueRequest, project: str, queue: UUID) -> list[MemberOut]:
    """Who annotates or reviews, in the order in which items are dealt to them."""
    return _members(request.queue)


@router.put(
    f"{QUEUE}/members", auth=Token(Can.MANAGE, in_queue=True), response=list[MemberOut],
    url_name="members",
)  # fmt: skip
def put_members(
    request: QueueRequest, project: str, queue: UUID, body: list[MemberIn]
) -> list[MemberOut]:
    """These and nobody else. Who is left out loses what they have open; what they submitted stays
    and counts.
    """
    found, actor = request.queue, Actor.token(request.access.user)
    people = _people(request.access.project, body)
    with transaction.atomic():
        there = {one.user: one for one in found.members.filter(removed_at=None)}
        for user in there.keys() - {user for user, _ in people}:
            remove_member(queue=found, user=user, actor=actor)
        for user, rights in people:
            if user in there:
                set_rights(
                    queue=found, user=user, can_annotate=rights.annotates,
                    can_review=rights.reviews, actor=actor,
                )  # fmt: skip
            else:
                add_members(
                    queue=found, users=[user], can_annotate=rights.annotates,
                    can_review=rights.reviews, actor=actor,
                )  # fmt: skip
    return _members(found)


def _members(queue: Queue) -> list[MemberOut]:
    present = queue.members.filter(removed_at=None).select_related("user").order_by("order", "pk")
    return [
        MemberOut(
            email=one.user.email, name=str(one.user), annotates=one.can_annotate,
            reviews=one.can_review,
        )
        for one in present
    ]  # fmt: skip


def _named(given: dict[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in given if name != "annotations_required")


def _judged(
    given: dict[str, Any], present: dict[str, Any], *, only: tuple[str, ...]
) -> tuple[dict[str, Any], int | None]:
    """The settings as the actions take them, judged as the form of the page judges them; and the
    number of annotations where it is given. Raises Invalid.
    """
    nulls = [name for name, value in given.items() if value is None and name not in MAY_BE_NULL]
    if nulls:
        raise Invalid([(f"body.{name}", "This can't be null.") for name in nulls])
    data = {name: value for name, value in (present | given).items() if value not in (None, False)}
    form = SettingsForm(data)
    if not form.is_valid():
        told = form.errors.get_json_data().items()
        raise Invalid([(f"body.{name}", str(one["message"])) for name, all in told for one in all])
    own = {"hide_model": "hidden_extras"}
    wanted = {own.get(name, name) for name in only}
    settings = {name: value for name, value in form.settings().items() if name in wanted}
    number = form.cleaned_data["annotations_required"] if "annotations_required" in given else None
    return settings, number


def _asked(project: Any, given: list[AskedIn], *, known: Queue | None = None) -> list[Asked]:
    """Raises Invalid for a field that new queues of the project can't ask."""
    usable = Field.objects.offered().open_to(project)
    found = usable.in_bulk([one.field for one in given])
    if known:
        found |= {one.field_id: one.field for one in known.queue_fields.select_related("field")}
    errors = [
        (f"body.fields[{place}].field", "There is no such field, or it is archived.")
        for place, one in enumerate(given)
        if one.field not in found
    ]
    if errors:
        raise Invalid(errors)
    return [Asked(found[one.field], one.required, one.allow_note) for one in given]


def _people(project: Any, given: list[MemberIn]) -> list[tuple[User, MemberIn]]:
    """Raises Invalid for somebody who is not in the project, or is there without any right."""
    wanted = [one.email.strip().lower() for one in given]
    members = people_of(project).annotate(key=Lower("email")).filter(key__in=wanted)
    found = {user.email.lower(): user for user in members}
    errors = []
    for place, (email, one) in enumerate(zip(wanted, given, strict=True)):
        if email not in found or wanted.index(email) != place:
            errors.append((f"body[{place}].email", NOBODY if email not in found else TWICE))
        elif not (one.annotates or one.reviews):
            errors.append((f"body[{place}]", "Say whether they annotate, review, or both."))
    if errors:
        raise Invalid(errors)
    return [(found[email], one) for email, one in zip(wanted, given, strict=True)]


def _told(queues: list[Queue]) -> list[dict[str, Any]]:
    """Two statements, however many queues."""
    ids = [queue.pk for queue in queues]
    counted = counts(ids, effective_items(ids))
    return [
        {
            "id": queue.pk, "name": queue.name, "description": queue.description,
            "status": queue.shown_status, "due_date": queue.due_date,
            "created_at": queue.created_at, "progress": counted[queue.pk].progress,
            "items": {
                "total": counted[queue.pk].total, "answered": counted[queue.pk].answered,
                **{status: counted[queue.pk].of(status) for status in STATUSES},
            },
        }
        for queue in queues
    ]  # fmt: skip


def _detail(queue: Queue) -> dict[str, Any]:
    [told] = _told([queue])
    given = initial_of(queue)
    asked = queue.queue_fields.filter(retired_at=None).order_by("order", "pk")
    fields = [
        AskedIn(field=one.field_id, required=one.required, allow_note=one.allow_note)
        for one in asked
    ]
    return {name: given[name] for name in SETTINGS} | told | {"fields": fields}
