"""Plain functions that make rows for tests; each gives sensible defaults and returns the row."""

from itertools import count
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from annotate_site import sql
from annotate_site.projects.events import SYSTEM, Actor, change, record
from annotate_site.projects.models import ApiToken, Membership, Project, Role, User
from annotate_site.projects.sessions import SessionStore
from annotate_site.projects.sign_in import BACKEND
from annotate_site.projects.token_actions import create_token
from fields.kinds import clean_settings
from fields.models import Field
from queues.actions.items.adding import add_traces, start_batch
from queues.actions.people.members import add_members
from queues.actions.settings import Asked, create_queue
from queues.actions.status import activate_queue
from queues.lifecycle import settle
from queues.models import Item, Queue, Slot
from reviews.models import Annotation
from traces.models import Span, Trace

NUMBER = count(1)
PASSWORD = "correct horse battery"


def make_user(name: str = "Sam Okoro", **more: Any) -> User:
    user = new_user(name, **more)
    user.save(force_insert=True)
    return user


def new_user(name: str, **more: Any) -> User:
    """Without a row, for who makes several in one statement."""
    email = more.pop("email", f"{name.split()[0].lower()}{next(NUMBER)}@example.org")
    return User(email=email, name=name, **more)


def make_session(user: User) -> str:
    """The key of a session in which they are signed in, for their cookie."""
    content = {
        SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: BACKEND,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }  # fmt: skip
    store = SessionStore(get_random_string(32))
    model = store.create_model_instance(content)
    type(model).objects.bulk_create([model])
    return model.session_key


def make_project(name: str = "Support agent", **more: Any) -> Project:
    return Project.objects.create(name=name, slug=more.pop("slug", f"p{next(NUMBER)}"), **more)


def join(project: Project, user: User, role: str = Role.MEMBER) -> Membership:
    return Membership.objects.create(project=project, user=user, role=role)


def make_token(project: Project, user: User, *scopes: str, name: str = "A program") -> ApiToken:
    return make_secret_token(project, user, *scopes, name=name)[0]


def make_secret_token(
    project: Project, user: User, *scopes: str, name: str = "A program"
) -> tuple[ApiToken, str]:
    """With its secret, which no row has."""
    return create_token(
        project=project, user=user, name=name, scopes=scopes or ("read",), lasting=None,
        actor=SYSTEM,
    )  # fmt: skip


def make_field(project: Project, kind: str = "boolean", **more: Any) -> Field:
    settings = clean_settings(kind, more.pop("settings", SETTINGS.get(kind, {})))
    name = more.pop("name", f"{kind} {next(NUMBER)}")
    return Field.objects.create(project=project, kind=kind, name=name, settings=settings, **more)


SETTINGS: dict[str, dict[str, Any]] = {
    "category": {"options": [{"label": "Good"}, {"label": "Bad"}, {"label": "Unclear"}]},
    "categories": {"options": [{"label": "Tone"}, {"label": "Facts"}, {"label": "Policy"}]},
    "ranking": {"options": [{"label": "Tone"}, {"label": "Facts"}, {"label": "Policy"}]},
    "integer": {"min": -5, "max": 5},
    "number": {"min": 0, "max": 1, "step": 0.1},
}


def make_trace(project: Project, text: str = "Where is my parcel?", **more: Any) -> Trace:
    number = next(NUMBER)
    inputs = more.pop("inputs", {"messages": [{"role": "user", "content": text}]})
    outputs = more.pop(
        "outputs", {"messages": [{"role": "assistant", "content": f"Answer {number}"}]}
    )
    trace = Trace.objects.create(
        project=project,
        trace_id=more.pop("trace_id", f"t{number}"),
        name=more.pop("name", f"trace {number}"),
        start=more.pop("start", timezone.now()),
        input_preview=text,
        output_preview=f"Answer {number}",
        span_count=1,
        **more,
    )
    Span.objects.create(
        project=project,
        trace=trace,
        span_id="root",
        name=trace.name,
        kind="agent",
        inputs=inputs,
        outputs=outputs,
    )
    return trace


def make_queue(
    project: Project,
    *,
    by: User | None = None,
    fields: list[Field] | None = None,
    annotators: list[User] | None = None,
    reviewers: list[User] | None = None,
    items: int = 0,
    active: bool = True,
    **settings: Any,
) -> Queue:
    """A queue with items of new traces; active unless told otherwise."""
    by = by or User.objects.filter(memberships__project=project).first() or make_user()
    settings.setdefault("name", f"Queue {next(NUMBER)}")
    asked = [Asked(field) for field in fields or [make_field(project)]]
    queue = create_queue(
        project=project, by=by, settings=settings, fields=asked, annotators=annotators or []
    )
    add_members(queue=queue, users=reviewers or [], actor=Actor.person(by), can_review=True)
    if items:
        add_items(queue, [make_trace(project) for _ in range(items)])
    return activate_queue(queue=queue, actor=Actor.person(by)) if active else queue


def add_items(queue: Queue, traces: list[Trace], by: User | None = None) -> list[Item]:
    """The traces' messages on both sides are shown."""
    display = {"inputs": ["messages"], "outputs": ["messages"]}
    batch = start_batch(queue=queue, by=by, display=display, filter={})
    actor = Actor.person(by) if by else SYSTEM
    add_traces(queue=queue, trace_ids=[trace.pk for trace in traces], batch=batch, actor=actor)
    return list(queue.items.order_by("seq"))


def lapse(slot_id: int) -> None:
    """Moves a hold's expiry into the past, as if its time had run out."""
    sql.run(
        "update queues_slot set expires_at = clock_timestamp() - interval '1 second' where id = %s",
        [slot_id],
    )


def finish(item_id: Any) -> None:
    """Every slot of the item done and settled by its holder, as if its answers had come in."""
    with transaction.atomic():
        item = Item.objects.select_for_update().select_related("queue").get(pk=item_id)
        for slot in item.slots.filter(round=item.round).exclude(state="done"):
            _fill(item, slot, slot.annotator or make_user())
        record(*settle(item, item.queue.project_id, SYSTEM))


def submit_slot(slot_id: int) -> None:
    """One held slot done and its item settled, as if its holder had submitted."""
    with transaction.atomic():
        slot = Slot.objects.select_related("item__queue", "annotator").get(pk=slot_id)
        assert slot.annotator is not None
        _fill(slot.item, slot, slot.annotator)
        record(*settle(slot.item, slot.item.queue.project_id, SYSTEM))


def _fill(item: Item, slot: Slot, annotator: User) -> None:
    """The slot done, with an annotation of no field, its reservation ended, its event."""
    sql.run(
        "update queues_reservation set ended_at = clock_timestamp(), ending = 'submitted'"
        " where token = %s",
        [slot.token],
    )
    Annotation.objects.create(
        queue=item.queue, item=item, round=item.round, annotator=annotator, state="submitted",
        submitted_at=timezone.now(),
    )  # fmt: skip
    was = slot.state
    Slot.objects.filter(pk=slot.pk).update(
        state="done", annotator=annotator, token=None, expires_at=None, remaining=None
    )
    project = item.queue.project_id
    record(change(project, SYSTEM, "slot", slot.pk, "state", was, "done", item=item.pk))


def mark_refused(token: Any) -> None:
    """The hold's work was refused: kept as a draft that its manager sees."""
    sql.run(
        "update queues_reservation set refused_at = clock_timestamp(),"
        " draft_saved_at = clock_timestamp() where token = %s",
        [token],
    )
