"""What a list of a queue's items tells of the answers on those that are completed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from annotate_site import sql
from fields.kinds import KINDS
from fields.models import Field
from queues.models import Queue
from queues.states import ItemStatus
from queues.visibility import ON_TRACES, READABLE, Reader, Whose, note_opened

from ..models import Score
from ..scores import is_present
from .answer_tags import Given, Tag, tag_of
from .export.reviewed import as_json

SHOWN_FIELDS = 3
# Texts are cut here already: a page of them would be megabytes. Fields in the order of the queue,
# the retired ones last; the first few of each item.
LISTED = f"""
with answered as (
  select i.id as item, s.id, s.field_id, s.annotator_id, s.review_id is not null as is_final,
         s.value,
         dense_rank() over (partition by i.id order by
                            asked.id is null or asked.retired_at is not null,
                            asked."order", s.field_id) as place
    from queues_item i
    join reviews_score s on s.item_id = i.id and s.round = i.round and {is_present("s")}
    left join queues_queuefield asked
      on asked.queue_id = i.queue_id and asked.field_id = s.field_id
   where i.queue_id = %(queue)s and i.id = any(%(items)s::uuid[]) and {READABLE} and {ON_TRACES}
     and s.value is not null
), counted as (
  select *, max(place) over (partition by item) as fields from answered
)
select a.item, a.field_id, a.annotator_id, a.is_final,
       coalesce(nullif(u.name, ''), u.email) as who,
       case jsonb_typeof(a.value) when 'string' then to_jsonb(left(a.value #>> '{{}}', 200))
            else a.value end as value,
       a.fields
  from counted a join projects_user u on u.id = a.annotator_id
 where a.place <= %(most)s
 order by a.item, a.place, a.is_final, a.id
"""


COMPARABLE = [name for name, kind in KINDS.items() if kind.scale is not None]


@dataclass(frozen=True)
class ListedAnswers:
    """`tags` of the first fields, `more` further ones; `people` who answered, in order."""

    tags: list[Tag]
    more: int
    people: list[str]


def list_answers(queue: Queue, items: Sequence[UUID], reader: Reader) -> dict[UUID, ListedAnswers]:
    """Of those that are completed, where the reader reads others' answers; they have opened them.

    Three statements, whatever the number of items.
    """
    if not items or reader.whose == Whose.OWN:
        return {}
    rows = sql.rows(
        LISTED,
        {"queue": queue.pk, "items": list(items), "whose": reader.whose, "most": SHOWN_FIELDS},
    )
    fields = Field.objects.in_bulk({row.field_id for row in rows})
    of_item: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        of_item[row.item].append(row)
    note_opened(reader.user, {row.item for row in rows if row.annotator_id != reader.user.pk})
    return {item: _listed(found, fields) for item, found in of_item.items()}


def _listed(rows: list[Any], fields: dict[UUID, Field]) -> ListedAnswers:
    given: dict[UUID, list[Given]] = defaultdict(list)
    for row in rows:
        one = Given(row.who, fields[row.field_id], as_json(row.value), row.is_final)
        given[row.field_id].append(one)
    tags = [tag_of(fields[pk].name, answers) for pk, answers in given.items()]
    people = dict.fromkeys(row.who for row in rows if not row.is_final)
    return ListedAnswers(tags, rows[0].fields - len(tags), list(people))


def differing_items(queue: Queue) -> Q:
    """Of the queue's items those that are completed, though people gave different answers to some
    field; free words aside, and whatever a reviewer decided.
    """
    answers = Score.objects.present().filter(
        item=OuterRef("pk"), round=OuterRef("round"), annotation__isnull=False,
        field__kind__in=COMPARABLE,
    )  # fmt: skip
    differing = answers.order_by().values("field").annotate(n=Count("value", distinct=True))
    return Q(Exists(differing.filter(n__gt=1)), queue=queue, status=ItemStatus.COMPLETED)
