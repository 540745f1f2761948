"""Whose answers a person may read, said here and nowhere else; who has read some is noted here.

To answers belong notes, remarks, final values, and the reasons why people skipped. Here and not in
`reviews`, since the queue's own pages and the admin ask as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from annotate_site import sql
from annotate_site.projects.access import Access, Can
from annotate_site.projects.models import User

from .models import Item, Queue, Reservation
from .states import ItemStatus, SlotState


class Whose(StrEnum):
    """Of which items a person reads what others answered; their own they read always."""

    ALL = "all"
    COMPLETED = "completed"
    OWN = "own"


@dataclass(frozen=True)
class Reader:
    """A person in a queue. What they review they read besides: `reviewed_rounds`."""

    user: User
    whose: Whose

    @classmethod
    def of(cls, access: Access) -> "Reader":
        """`access`: that in the queue. Who annotates here is blind until an item is completed."""
        if Can.MANAGE in access and Can.ANNOTATE not in access:
            return cls(access.user, Whose.ALL)
        return cls(access.user, Whose.COMPLETED if Can.READ_RESULTS in access else Whose.OWN)

    def reads(self, item: Item, author: User) -> bool:
        """What the author wrote about the item."""
        return author == self.user or self.reads_others(item)

    def reads_others(self, item: Item) -> bool:
        """What anybody wrote about the item."""
        if self.whose == Whose.ALL:
            return True
        return self.whose == Whose.COMPLETED and item.status == ItemStatus.COMPLETED


# The same of others' answers on an item `i`, for statements with `whose` among their parameters.
READABLE = "(%(whose)s = 'all' or (%(whose)s = 'completed' and i.status = 'completed'))"


def answers_file(queue: Queue, reader: Reader, shape: str) -> str:
    """The name of a file of answers, without its ending; it says where only completed items are in
    it.
    """
    part = "" if reader.whose == Whose.ALL else "-completed"
    return f"{slugify(queue.name) or 'queue'}-{shape}{part}"


def shown_on_traces(item: Item) -> bool:
    """Whether its answers are feedback on its traces, for whoever reads the project's traces."""
    return item.status == ItemStatus.COMPLETED and item.removed_at is None


def annotated(item: Item, user: User) -> bool:
    """In any round. Who annotated an item neither reviews it nor reads it as a reviewer."""
    return item.slots.filter(annotator=user, state=SlotState.DONE).exists()


def reviewed_rounds(item: Item, user: User, *, holds: bool) -> list[int]:
    """The rounds whose answers a reviewer reads, the latest first; [] unless they opened one.

    The present round while they hold its review (`holds`), and once the item is completed.
    """
    opened = Reservation.objects.filter(item=item, annotator=user, kind=Reservation.Kind.REVIEW)
    if annotated(item, user) or not opened.exists():
        return []
    present = holds or item.status == ItemStatus.COMPLETED
    return list(range(item.round if present else item.round - 1, 0, -1))


# Outside the queue's own pages: what its managers read, unless they annotate there.
HIDDEN = """
select i.id from queues_item i
  left join queues_queuemember m on m.queue_id = i.queue_id and m.user_id = %(user)s
 where i.id = any(%(items)s::uuid[]) and i.status <> 'completed'
   and (not %(manages)s or (m.can_annotate and m.removed_at is null))
"""


def hidden_items(access: Access, items: Iterable[UUID]) -> set[UUID]:
    """Those whose answers this member of the project may not read where they were copied to.

    They were completed once, and are being annotated again.
    """
    params = {"user": access.user.pk, "manages": Can.MANAGE in access, "items": list(items)}
    return {row.id for row in sql.rows(HIDDEN, params)}


OPENED = """
insert into queues_itemopened (item_id, user_id, at)
select item, %(user)s, clock_timestamp() from unnest(%(items)s::uuid[]) item
on conflict do nothing
"""


# The same of an item `i` for whoever reads the project's traces: `shown_on_traces`.
ON_TRACES = "(i.status = 'completed' and i.removed_at is null)"


# What people judged of a trace without a queue is an answer like another: who annotates it is blind
# to it until their item is completed.
def is_blind_to(person: str, trace: str) -> str:
    """SQL: `person` annotates the trace in a queue where it is not completed."""
    return (
        "exists (select 1 from traces_tracequeue w"
        " join queues_queuemember m on m.queue_id = w.queue_id"
        f" where w.trace_id = {trace} and w.state <> 'completed'"
        f" and m.user_id = {person} and m.can_annotate and m.removed_at is null)"
    )


def is_blind_to_session(person: str, project: str, session: str) -> str:
    """SQL: `person` is blind to some trace of the session."""
    return (
        "exists (select 1 from traces_trace part"
        f" where part.project_id = {project} and part.session_id = {session}"
        f" and {is_blind_to(person, 'part.id')})"
    )


BLIND = f"""
select {is_blind_to("%(user)s", "t.id")} as to_trace,
       t.session_id <> '' and {is_blind_to_session("%(user)s", "t.project_id", "t.session_id")}
       as to_session
  from traces_trace t where t.id = %(trace)s
"""


class Blindness(NamedTuple):
    """Whether somebody does not read what others judged of a trace, and of its session, without a
    queue.
    """

    to_trace: bool
    to_session: bool


def blindness(user: User, trace: UUID) -> Blindness:
    found = sql.one(BLIND, {"user": user.pk, "trace": trace}, into=Blindness)
    return found or Blindness(True, True)


TRACE_OPENED = """
insert into queues_traceopened (trace_id, user_id, at)
select trace, %(user)s, clock_timestamp() from unnest(%(traces)s::uuid[]) trace
on conflict do nothing
"""
OF_SESSIONS = """
select id from traces_trace where project_id = %(project)s and session_id = any(%(sessions)s)
"""
# Whoever has opened a trace has opened its items, whatever their queue.
INHERIT = """
insert into queues_itemopened (item_id, user_id, at)
select distinct w.item_id, o.user_id, clock_timestamp()
  from traces_tracequeue w join queues_traceopened o on o.trace_id = w.trace_id
 where {these}
on conflict do nothing
"""
OPENED_OF_TRACES = INHERIT.format(these="o.trace_id = any(%(traces)s) and o.user_id = %(user)s")
OPENED_OF_ITEMS = INHERIT.format(these="w.item_id = any(%(items)s)")


def note_sessions_opened(user: User, project_id: UUID, sessions: Iterable[str]) -> None:
    """They have seen what others judged of these sessions: of each of their traces."""
    if opened := list(sessions):
        found = sql.rows(OF_SESSIONS, {"project": project_id, "sessions": opened})
        note_traces_opened(user, [row.id for row in found])


def note_traces_opened(user: User, traces: Iterable[UUID]) -> None:
    """They have seen what others judged of these traces without a queue: as if they had opened
    their items, those also that are added later.
    """
    if opened := list(traces):
        params = {"user": user.pk, "traces": opened}
        sql.run(TRACE_OPENED, params)
        sql.run(OPENED_OF_TRACES, params)


def inherit_opened(items: Iterable[UUID]) -> None:
    """For items that are new to their traces, in the transaction that brings them.

    Once more after it, for somebody who has opened a trace meanwhile and did not see its items.
    """
    if added := list(items):
        sql.run(OPENED_OF_ITEMS, {"items": added})
        transaction.on_commit(lambda: inherit_again(added))


def inherit_again(items: list[UUID]) -> None:
    sql.run(OPENED_OF_ITEMS, {"items": items})


def note_opened(user: User, items: Iterable[UUID]) -> None:
    """Whoever has seen others' answers on an item gets no slot of it again, in any round."""
    if opened := list(items):
        sql.run(OPENED, {"user": user.pk, "items": opened})
