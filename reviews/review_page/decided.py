"""What reviewers decided in a queue, and how much each of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from annotate_site import sql
from annotate_site.form_data import ROW_ID, whole_number
from annotate_site.keyset import Key, Keyset
from queues.models import Queue

from ..models import Review

PAGE = 50
LATEST_FIRST = Keyset(("decided_at", "pk"), falling=True)

BY_REVIEWER = """
select r.reviewer_id as person, coalesce(nullif(u.name, ''), u.email) as name,
       count(*) filter (where r.decision = 'approved') as approved,
       count(*) filter (where r.decision = 'rejected') as sent_back,
       count(r.cleared_at) as cleared, max(r.decided_at) as latest
  from reviews_review r join projects_user u on u.id = r.reviewer_id
  join queues_item i on i.id = r.item_id
 where i.queue_id = %(queue)s and i.removed_at is null and i.kind = 'normal'
   and r.decided_at is not null
 group by 1, 2 order by 2, 1
"""


class Decider(NamedTuple):
    """`approved` and `sent_back` count decisions, those that were `cleared` since among them."""

    person: int
    name: str
    approved: int
    sent_back: int
    cleared: int
    latest: datetime


def deciders(queue: Queue) -> list[Decider]:
    return sql.rows(BY_REVIEWER, {"queue": queue.pk}, into=Decider)


@dataclass(frozen=True)
class DecidedFilter:
    """From the URL; `after` and `before`: a decision beyond which the page lies."""

    reviewer: int | None = None
    decision: str = ""
    after: int | None = None
    before: int | None = None

    @classmethod
    def of(cls, query: QueryDict) -> "DecidedFilter":
        """Values that mean nothing are passed over."""
        decision = query.get("decision", "")
        return cls(
            whole_number(query.get("reviewer"), most=ROW_ID),
            decision if decision in Review.Decision.values else "",
            whole_number(query.get("after"), most=ROW_ID),
            whole_number(query.get("before"), most=ROW_ID),
        )

    @property
    def narrows(self) -> bool:
        return bool(self.reviewer or self.decision)

    def query(self, **place: int) -> str:
        kept = {"reviewer": self.reviewer, "decision": self.decision, **place}
        return urlencode({name: value for name, value in kept.items() if value})


@dataclass(frozen=True)
class DecidedPage:
    """Reviews without their remarks, each with its item; `earlier` and `later` are queries."""

    rows: list[Review]
    earlier: str
    later: str


def decided_page(queue: Queue, wanted: DecidedFilter) -> DecidedPage:
    """50 decisions, the latest first; a cleared one stays in the list."""
    decided = _decided(queue)
    narrowed = decided
    if wanted.reviewer:
        narrowed = narrowed.filter(reviewer=wanted.reviewer)
    if wanted.decision:
        narrowed = narrowed.filter(decision=wanted.decision)
    page = LATEST_FIRST.page(
        narrowed, PAGE, after=_key(decided, wanted.after), before=_key(decided, wanted.before)
    )
    return DecidedPage(
        page.rows,
        wanted.query(before=page.before[1]) if page.before else "",
        wanted.query(after=page.after[1]) if page.after else "",
    )


def _decided(queue: Queue) -> QuerySet[Review]:
    decided = Review.objects.filter(item__in=queue.items.present(), decided_at__isnull=False)
    return decided.select_related("item", "reviewer").defer("item__snapshot", "remark", "remarks")


def _key(decided: QuerySet[Review], pk: int | None) -> Key | None:
    return decided.filter(pk=pk).values_list("decided_at", "pk").first() if pk else None
