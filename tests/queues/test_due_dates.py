"""Overdue: once the day is over where the project is, and only while there is work."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from annotate_site import sql
from annotate_site.projects.access import find_access
from annotate_site.projects.models import Project, Role
from queues.due_dates import is_overdue
from queues.queries.listing import queue_rows, queues_for
from reviews.queries.my_work import my_queues

from .. import factories
from ..conftest import Cast

DUE = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("time_zone", "last_moment", "overdue_from"),
    [
        ("UTC", "2026-11-30T23:59:59", "2026-12-01T00:00:00"),
        ("America/Los_Angeles", "2026-12-01T07:59:59", "2026-12-01T08:00:00"),
        ("Asia/Tokyo", "2026-11-30T14:59:59", "2026-11-30T15:00:00"),
    ],
)
def test_a_due_date_ends_at_midnight_where_the_project_is(
    time_zone: str, last_moment: str, overdue_from: str
) -> None:
    def at(moment: str) -> bool:
        now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        return is_overdue(DUE, status="active", time_zone=time_zone, now=now)

    assert [at(last_moment), at(overdue_from)] == [False, True]


@pytest.mark.parametrize("status", ["completed", "archived"])
def test_finished_work_is_not_overdue(status: str) -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    assert is_overdue(DUE, status="paused", time_zone="UTC", now=now)
    assert not is_overdue(DUE, status=status, time_zone="UTC", now=now)
    assert not is_overdue(None, status="active", time_zone="UTC", now=now)


@pytest.mark.django_db
def test_managers_and_annotators_see_it_by_the_zone_of_the_project(cast: Cast) -> None:
    """25 hours lie between the two zones: in one of them the day is another than in UTC."""
    now = sql.clock()
    today, yesterday = now.date(), now.date() - timedelta(days=1)
    expected = {}
    for time_zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        project = factories.make_project(time_zone, time_zone=time_zone)
        for user in (cast.manager, cast.annotator):
            factories.join(project, user, Role.MANAGER if user == cast.manager else Role.MEMBER)
        for due in (yesterday, today):
            name = f"{time_zone} {due}"
            factories.make_queue(project, annotators=[cast.annotator], due_date=due, name=name)
            expected[name] = now.astimezone(ZoneInfo(time_zone)).date() > due
    seen = {queue.name: queue.overdue for queue in my_queues(cast.annotator)}
    assert seen == expected
    shown: dict[str, bool] = {}
    for project in Project.objects.exclude(time_zone="UTC"):
        queues = queues_for(find_access(cast.manager, project.slug))
        shown |= {row.name: row.overdue for row in queue_rows(list(queues))}
    assert shown == expected
    assert any(expected[name] != (str(yesterday) in name) for name in expected)
