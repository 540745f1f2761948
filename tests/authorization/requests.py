"""What each route is asked with: an address of real rows, and a body that gets the thing done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from annotate_site.joining.confirmations import Confirmation
from annotate_site.projects.tokens import hash_token
from queues.models import Reservation
from queues.notices.mail.unsubscribing import stop_path
from reviews.models import Annotation

from .reviewed import APPROVED, BOUND, OPENED, REMOVED, WAITING
from .table import (
    DATASET,
    DATASETS,
    FIELDS,
    ITEM,
    MAIL_STOP,
    PEOPLE,
    PROJECT,
    QUEUE,
    QUEUES,
    TOKENS,
    TRACES,
)  # fmt: skip
from .world import COMPLETED, FREE, HELD, SKIPPED, Place, World, held_slot

PASSWORD = "a long and unusual sentence"


@dataclass
class Asked:
    """`ids` are put into the route; `first` is visited before, as a browser would."""

    ids: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    first: str = ""


def settings_body(place: Place) -> dict[str, Any]:
    fixed = {"timeout": "60", "open_limit": "5", "strategy": place.queue.strategy}
    fixed["annotations_required"] = str(place.queue.annotations_required)
    initial = {f"initial-{name}": value for name, value in fixed.items()}
    return fixed | initial | {"name": "Renamed", "initial-name": place.queue.name}


def workspace_body(world: World) -> dict[str, Any]:
    place = world.here
    asked = place.queue.queue_fields.get().field_id
    return {
        "token": held_slot(place).token, "round": "1", "version": "0",
        "submission_id": uuid4(), f"f-{asked}": "An answer",
    }  # fmt: skip


def undo_body(world: World) -> dict[str, Any]:
    mine = Reservation.objects.get(
        item=world.here.items[COMPLETED], annotator=world.user("annotator"), ending="submitted"
    )
    return {"token": mine.token}


def correct_body(world: World) -> dict[str, Any]:
    item, asked = world.here.items[COMPLETED], world.here.queue.queue_fields.get().field_id
    mine = Annotation.objects.get(item=item, annotator=world.user("annotator"))
    return {"round": "1", "version": mine.version, f"f-{asked}": "Corrected"}


def bind_query(world: World) -> dict[str, Any]:
    return {"item": [str(world.here.items[FREE].pk)]}


def choose(place: Place, number: int) -> dict[str, Any]:
    return {"item": place.items[number].pk}


def changes_many(number: int, **more: str) -> Callable[[World], Asked]:
    """A page that asks before many items are changed; about one for which it makes sense."""

    def asked(world: World) -> Asked:
        picked = {"item": [str(world.here.items[number].pk)]}
        return Asked(query=picked, body=picked | {"sure": "1"} | more)

    return asked


def reviewing(number: int, **more: str) -> Callable[[World], Asked]:
    """A route asked about an item of the queue with reviews."""
    return lambda w: Asked(w.reviewed.ids(number), body=w.reviewed.body(number) | more)


def person(world: World) -> dict[str, Any]:
    """Who is added by a link where nobody is signed in."""
    return {"name": "New Person", "email": "new@example.org", "password": PASSWORD}


def columns_query(world: World) -> dict[str, Any]:
    """The list of traces with what was judged of them."""
    asked = world.here.queue.queue_fields.select_related("field").get().field
    return {"columns": f"status,feedback.{asked.lineage}"}


def add_query(world: World) -> dict[str, Any]:
    return {"trace": [str(world.sibling.trace.pk)]}


def judge_body(world: World) -> dict[str, Any]:
    asked = world.here.queue.queue_fields.get().field_id
    return {"field": asked, "shown": asked, f"f-{asked}": "An answer"}


def dataset_body(world: World) -> dict[str, Any]:
    return add_query(world) | {
        "add": "1", "shown": "1", "into": world.here.dataset.pk,
        "inputs-path": "messages", "inputs-column": "inputs",
    }  # fmt: skip


def confirmation(world: World) -> str:
    """As it stands in a mail to somebody who came by the queue's link."""
    link_hash = hash_token(world.sibling.link_token)
    return Confirmation("nora@example.org", "join", "join", link_hash).sign()


# What differs from asking with the ids of `world.here` and an empty body.
SPECIAL: dict[str, Callable[[World], Asked]] = {
    "sign-in/<str:token>/": lambda w: Asked({"token": w.sign_in_token}),
    "invite/<str:token>/": lambda w: Asked({"token": w.here.invitation_token}),
    "invite/": lambda w: Asked(body=person(w), first=f"/invite/{w.here.invitation_token}/"),
    "confirm-email/<str:token>/": lambda w: Asked({"token": confirmation(w)}),
    "set-password/<str:token>/": lambda w: Asked({"token": w.password_token}),
    "set-password/": lambda w: Asked(
        body={"password": PASSWORD}, first=f"/set-password/{w.password_token}/"
    ),
    MAIL_STOP: lambda w: Asked({"token": stop_path(w.user("second"), "review").split("/")[-2]}),
    "join/<str:token>/": lambda w: Asked({"token": w.sibling.link_token}),
    "join/": lambda w: Asked(body=person(w), first=f"/join/{w.sibling.link_token}/"),
    TRACES: lambda w: Asked(query=columns_query(w)),
    f"{TRACES}session/": lambda w: Asked(query={"id": w.here.trace.session_id}),
    f"{TRACES}views/new/": lambda w: Asked(body={"name": "A new view"}),
    f"{TRACES}views/<uuid:view>/": lambda w: Asked(body={"name": "Renamed"}),
    f"{TRACES}<uuid:trace>/judge/": lambda w: Asked(body=judge_body(w)),
    f"{TRACES}tag/": lambda w: Asked(
        query=add_query(w), body=add_query(w) | {"confirm": "1", "add": "seen"}
    ),
    f"{TRACES}delete/": lambda w: Asked(query=add_query(w), body=add_query(w) | {"confirm": "1"}),
    f"{TRACES}keeping/": lambda w: Asked(body={"days": "3650"}),
    f"{PROJECT}erasing/": lambda w: Asked(
        body={"user_id": "user 1", "confirm": "user 1", "reason": "Asked for"}
    ),
    f"{TRACES}export/": lambda w: Asked(
        query={"trace": [str(w.here.trace.pk)]},
        body={"trace": [str(w.here.trace.pk)], "confirm": "1", "shape": "wide", "format": "csv"},
    ),
    f"{TRACES}columns/": lambda w: Asked(body={"column": ["cost"]}),
    f"{TRACES}upload/": lambda w: Asked(
        body={"file": SimpleUploadedFile("new.jsonl", b'{"input": "a", "output": "b"}\n')}
    ),
    f"{TRACES}uploads/<uuid:upload>/": lambda w: Asked(body={"role-0": "input", "role-1": "name"}),
    f"{TRACES}uploads/<uuid:upload>/refused.<str:format>": lambda w: Asked(
        {"upload": w.here.imported.pk}
    ),
    f"{TOKENS}new/": lambda w: Asked(body={"name": "A program", "scopes": "read", "days": "30"}),
    f"{DATASETS}new/": lambda w: Asked(body={"name": "A new dataset"}),
    f"{DATASETS}add/": lambda w: Asked(query=add_query(w), body=dataset_body(w)),
    f"{DATASET}rename/": lambda w: Asked(body={"name": "Renamed"}),
    f"{DATASET}download/": lambda w: Asked(body={"version": "1", "format": "jsonl"}),
    f"{DATASET}remove/": lambda w: Asked(body={"row": w.here.ids["row"]}),
    f"{FIELDS}new/": lambda w: Asked(
        body={"kind": "thumbs", "settings_for": "thumbs", "name": "A new field"}
    ),
    f"{FIELDS}<uuid:field>/new-version/": lambda w: Asked(body={"name": "A new version"}),
    f"{FIELDS}<uuid:field>/unshare/": lambda w: Asked({"field": w.shared.pk}),
    f"{FIELDS}preview/": lambda w: Asked(body={"kind": "thumbs", "settings_for": "thumbs"}),
    f"{PEOPLE}<int:person>/role/": lambda w: Asked(body={"role": "viewer"}),
    f"{PEOPLE}invitations/new/": lambda w: Asked(body={"role": "viewer", "note": "Somebody"}),
    f"{QUEUES}new/": lambda w: Asked(
        body={
            "name": "New",
            "annotations_required": "1",
            "timeout": "60",
            "open_limit": "5",
            "strategy": w.here.queue.strategy,
        }
    ),
    f"{QUEUES}preview/": lambda w: Asked(body={"guidelines": "Judge *well*."}),
    f"{QUEUES}add/": lambda w: Asked(
        query=add_query(w),
        body=add_query(w)
        | {
            "add": "1",
            "shown": "1",
            "into": w.here.queue.pk,
            "inputs": "messages",
        },
    ),
    f"{PROJECT}annotate/rules/new/": lambda w: Asked(
        body={
            "make": "1",
            "shown": "1",
            "into": w.here.queue.pk,
            "inputs": "messages",
            "rule_name": "A new rule",
            "rate": "10",
        }
    ),
    f"{QUEUE}rules/<uuid:rule>/": lambda w: Asked(body={"rule_name": "Renamed", "rate": "50"}),
    f"{QUEUE}settings/": lambda w: Asked(body=settings_body(w.here)),
    f"{QUEUE}versions/<uuid:field>/": lambda w: Asked(body={"version": str(w.here.ids["field"])}),
    f"{QUEUE}members/add/": lambda w: Asked(
        body={"people": w.user("member").pk, "can_annotate": "on"}
    ),
    f"{QUEUE}members/<int:person>/rights/": lambda w: Asked(body={"can_annotate": "on"}),
    f"{QUEUE}guidelines/": lambda w: Asked(body={"open": "1"}),
    f"{QUEUE}status/": lambda w: Asked(query={"command": "pause"}, body={"command": "pause"}),
    f"{QUEUE}links/new/": lambda w: Asked(body={"days": "7"}),
    f"{QUEUE}dataset/": lambda w: Asked(body=dataset_body(w)),
    f"{QUEUE}export/": lambda w: Asked(body={"shape": "long", "format": "jsonl"}),
    f"{ITEM}slots/<int:slot>/release/": lambda w: Asked(
        {"slot": held_slot(w.here).pk}, body={"holder": w.user("annotator").pk}
    ),
    f"{QUEUE}workspace/": lambda w: Asked({"queue": w.sibling.queue.pk}),
    f"{ITEM}pick/": lambda w: Asked({"item": w.here.items[FREE].pk}),
    f"{ITEM}draft/": lambda w: Asked(body=workspace_body(w)),
    f"{ITEM}submit/": lambda w: Asked(body=workspace_body(w)),
    f"{ITEM}skip/": lambda w: Asked(body=workspace_body(w)),
    f"{ITEM}park/": lambda w: Asked(body=workspace_body(w)),
    f"{ITEM}extend/": lambda w: Asked(body=workspace_body(w)),
    f"{QUEUE}workspace/undo/": lambda w: Asked(body=undo_body(w)),
    f"{ITEM}mine/": lambda w: Asked({"item": w.here.items[COMPLETED].pk}),
    f"{ITEM}correct/": lambda w: Asked({"item": w.here.items[COMPLETED].pk}, body=correct_body(w)),
    f"{QUEUE}away/": lambda w: Asked(body={"away": "1"}),
    f"{QUEUE}members/<int:person>/away/": lambda w: Asked(
        {"person": w.user("annotator").pk}, body={"away": "1"}
    ),
    f"{QUEUE}items/bind/": lambda w: Asked(
        query=bind_query(w),
        body=bind_query(w) | {"bind": "1", "people": w.user("annotator").pk},
    ),
    f"{ITEM}bind/": lambda w: Asked(
        {"item": w.here.items[FREE].pk}, body={"people": w.user("annotator").pk}
    ),
    f"{ITEM}slots/<int:slot>/unbind/": lambda w: Asked(
        w.reviewed.ids(BOUND) | {"slot": w.reviewed.bound}
    ),
    f"{QUEUE}refused/<int:reservation>/accept/": lambda w: Asked(
        {"queue": w.reviewed.queue.pk, "reservation": w.reviewed.refused}
    ),
    f"{QUEUE}items/priority/": lambda w: Asked(body=bind_query(w) | {"priority": "5"}),
    f"{QUEUE}items/remove/": lambda w: Asked(body=bind_query(w) | {"sure": "1"}),
    f"{QUEUE}items/release/": changes_many(HELD),
    f"{QUEUE}items/clear-skips/": changes_many(SKIPPED),
    f"{QUEUE}items/reopen/": changes_many(COMPLETED, reason="A new guideline"),
    f"{QUEUE}items/more/": changes_many(FREE, more="1"),
    f"{ITEM}priority/": lambda w: Asked(body={"priority": "5"}),
    f"{ITEM}remove/": lambda w: Asked(choose(w.here, FREE)),
    f"{ITEM}restore/": lambda w: Asked(w.reviewed.ids(REMOVED)),
    f"{ITEM}clear-skips/": lambda w: Asked(choose(w.here, SKIPPED)),
    f"{QUEUE}attention/": reviewing(OPENED),
    f"{QUEUE}analytics/export/": lambda w: Asked(body={"table": "answers"}),
    f"{QUEUE}review/": reviewing(OPENED),
    f"{QUEUE}review/decided/": reviewing(OPENED),
    f"{QUEUE}review/next/": reviewing(OPENED),
    f"{QUEUE}review/approve/": lambda w: Asked(
        {"queue": w.reviewed.queue.pk}, body={"pick": f"{w.reviewed.items[WAITING].pk}:1"}
    ),
    f"{ITEM}review/": reviewing(WAITING),
    f"{ITEM}review/draft/": reviewing(OPENED),
    f"{ITEM}review/extend/": reviewing(OPENED),
    f"{ITEM}review/release/": reviewing(OPENED),
    f"{ITEM}review/end/": lambda w: Asked(
        w.reviewed.ids(OPENED), body={"holder": w.user("reviewer").pk}
    ),
    f"{ITEM}approve/": reviewing(OPENED),
    f"{ITEM}reject/": reviewing(OPENED),
    f"{ITEM}reopen/": reviewing(APPROVED, reason="A new guideline"),
    f"{ITEM}clear-decision/": reviewing(APPROVED, reason="Decided too soon"),
}


def asked_of(route: str, world: World) -> Asked:
    """The request for a route, with every id its address has."""
    asked = SPECIAL[route](world) if route in SPECIAL else Asked()
    asked.ids = world.here.ids | asked.ids
    return asked
