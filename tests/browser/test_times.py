"""The words of a date and its hover are in one zone, the reader's."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from annotate_site import sql
from annotate_site.projects.events import SYSTEM, change

from .. import factories
from ..conftest import Cast
from ..reviews.working import Worker

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2023, 12, 31, 18, 30, tzinfo=UTC)
TIMES = "all => all.map((one) => [one.textContent, one.title])"
AGO = "update queues_reservation set opened_at = %(at)s, ended_at = %(at)s"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
def test_day_and_hover_agree_for_a_reader_in_any_zone(cast: Cast, someone: Any, zone: str) -> None:
    trace = factories.make_trace(cast.project, start=AT)
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    [item] = factories.add_items(queue, [trace])
    worker = Worker(queue, cast.annotator)
    worker.submit(worker.claim(), "true")
    sql.run(AGO, {"at": AT})
    priority = change(
        cast.project.pk, SYSTEM, "item", item.pk, "priority", 0, 1, queue=queue.pk, item=item.pk
    )
    priority.at = AT
    priority.save(force_insert=True)
    slug = cast.project.slug
    managers = someone(cast.manager, timezone_id=zone).page
    annotators = someone(cast.annotator, timezone_id=zone).page
    places = (
        (managers, reverse("traces:trace-list", args=[slug])),
        (managers, reverse("traces:trace-detail", args=[slug, trace.pk])),
        (managers, reverse("queues:item-detail", args=[slug, queue.pk, item.pk])),
        (annotators, reverse("reviews:own-work", args=[slug, queue.pk])),
    )
    day = AT.astimezone(ZoneInfo(zone))
    for page, address in places:
        page.goto(address, wait_until="networkidle")
        old = [
            (words, hover)
            for words, hover in page.eval_on_selector_all("time", TIMES)
            if "202" in words
        ]
        assert old, address
        for words, hover in old:
            assert words == f"{day.day} {day:%b %Y}", address
            assert hover.startswith(f"{day:%B} {day.day}, {day.year}"), address
