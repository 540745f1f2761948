"""What people answered to a field in all queues of a project: how often each answer was given.

Of completed items alone, whoever reads: a field's page is outside the queues' own pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from annotate_site import sql
from annotate_site.errors import atomic_retry
from annotate_site.projects.models import Project, User
from fields.kinds import KINDS
from fields.models import Field
from queues.visibility import Whose, note_opened

from .analytics.answers import COUNTS
from .analytics.distributions import AnswerCounts, answer_counts
from .analytics.page import CountRow, count_rows
from .export.reviewed import as_json
from .rated_fields import ratings_of
from .statistics.distribution import Distribution

EVERYBODY = 0
# A row for each answer, and one for all. One statement, so that whatever is counted is noted as
# seen. `unseen`: items of which the reader has not opened others' answers yet.
ANSWERS = f"""
select value::text as value, grouping(value) = 1 as is_total, count(*) as answers,
       count(distinct item_id) as items, count(distinct annotator_id) as people,
       array_agg(distinct item_id) filter (where is_new) as unseen
  from (select case when %(words)s then null else s.value end as value, s.item_id, s.annotator_id,
               seen.item_id is null and s.annotator_id <> %(user)s as is_new
          from reviews_score s
          join queues_item i on i.id = s.item_id and i.round = s.round
          left join queues_itemopened seen on seen.item_id = i.id and seen.user_id = %(user)s
         where s.project_id = %(project)s and s.field_id = %(field)s
           and s.annotation_id is not null and {COUNTS}) given
 group by grouping sets ((value), ())
"""


class Row(NamedTuple):
    """How often an answer was given; `is_total`: all of them together."""

    value: str | None
    is_total: bool
    answers: int
    items: int
    people: int
    unseen: list[UUID] | None


@dataclass(frozen=True)
class FieldValues:
    """`counts` has no rows of texts: only how many there are is said."""

    answers: int
    items: int
    people: int
    counts: AnswerCounts

    @property
    def rows(self) -> Sequence[CountRow]:
        return count_rows(self.counts)


@atomic_retry
def field_values(project: Project, field: Field, user: User) -> FieldValues:
    """The user has opened the answers that are counted."""
    words = KINDS[field.kind].scale is None
    params = {
        "project": project.pk, "field": field.pk, "user": user.pk, "words": words,
        "whose": Whose.COMPLETED,
    }  # fmt: skip
    rows = sql.rows(ANSWERS, params, into=Row)
    total = next(row for row in rows if row.is_total)
    note_opened(user, total.unseen or ())
    given = [] if words else [row for row in rows if not row.is_total]
    counts = answer_counts(field, _distribution(field, given, total.answers))
    return FieldValues(total.answers, total.items, total.people, counts)


def _distribution(field: Field, given: Sequence[Row], answers: int) -> Distribution:
    """In the order in which a field's answers are told; of texts, their number alone."""
    if not given:
        return Distribution([], [], {EVERYBODY: [answers]} if answers else {})
    told = [(n, EVERYBODY, as_json(row.value)) for n, row in enumerate(given)]
    ratings = ratings_of(field.kind, field.settings, told)
    often = dict.fromkeys(range(len(ratings.values)), 0)
    for code, item in zip(ratings.code_of, ratings.item_of, strict=True):
        often[int(code)] += given[int(item)].answers
    counts = list(often.values())
    return Distribution(ratings.values, counts, {EVERYBODY: counts})
