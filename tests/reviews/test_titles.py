"""Every page that names an item names it by its first line, with the trace's name small."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import User
from queues.models import Item, Queue

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue
from .working import Worker

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]
LINES = ["My parcel is late", "أين طردي؟", "A refund, please", "Change my name"]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    """One item approved, one that waits, one held for review, one held to annotate."""
    fields = [factories.make_field(cast.project)]
    queue = reviewed_queue(
        cast.project, [cast.annotator], [cast.reviewer], items=0, fields=fields, strategy="manual"
    )
    names = [
        factories.make_trace(cast.project, line, name="support-chat", trace_id=f"titled {number}")
        for number, line in enumerate(LINES)
    ]
    factories.add_items(queue, names)
    done = answer(queue, cast.annotator)
    judge = Judge(queue, cast.reviewer)
    judge.open(done)
    judge.approve(done)
    answer(queue, cast.annotator)
    judge.open(answer(queue, cast.annotator))
    Worker(queue, cast.annotator).claim()
    return queue


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


LISTS = {
    "queues:queue-detail": ("manager annotator", LINES),
    "queues:queue-progress": ("manager", LINES[2:]),
    "reviews:review-list": ("reviewer manager", LINES[1:3]),
    "reviews:review-decided": ("reviewer manager", LINES[:1]),
    "reviews:own-work": ("annotator", LINES),
    "home": ("annotator", LINES[3:]),
    "traces:trace-list": ("manager", LINES),
}


@pytest.mark.parametrize(("name", "person"), [
    (name, person) for name, (people, _) in LISTS.items() for person in people.split()
])  # fmt: skip
def test_lists_lead_with_the_first_line_and_have_the_name_below(
    cast: Cast, queue: Queue, browser_of: BrowserOf, name: str, person: str
) -> None:
    args = [queue.project.slug, queue.pk][: 0 if name == "home" else 1 if ":trace" in name else 2]
    page = read(browser_of(getattr(cast, person)), reverse(name, args=args))
    rows = re.findall(r"<tr.*?</tr>", page)
    for line in LISTS[name][1]:
        [row, *_] = [row for row in rows if f">{line}</" in row]
        assert 'dir="auto"' in row
        small = row.partition(f">{line}</")[2].partition('<span class="sub clip"')[2]
        assert "support-chat" in small.partition("</td>")[0]
    assert ">support-chat</a>" not in page
    assert ">support-chat</strong>" not in page


PAGES = {
    "queues:item-detail": "manager",
    "reviews:own-item": "annotator",
    "reviews:item-correct": "annotator",
    "queues:item-history": "annotator",
    "queues:item-preview": "annotator",
    "reviews:item-review": "reviewer",
}


@pytest.mark.parametrize(("name", "person"), PAGES.items())
def test_pages_of_an_item_are_headed_by_its_first_line(
    cast: Cast, queue: Queue, browser_of: BrowserOf, name: str, person: str
) -> None:
    item: Item = queue.items.get(preview=LINES[2 if name == "reviews:item-review" else 1])
    address = reverse(name, args=[queue.project.slug, queue.pk, item.pk])
    page = read(browser_of(getattr(cast, person)), address)
    assert re.search(rf"<(h1|h2|bdi)[^>]*>{item.preview}</", page)
    assert f"support-chat · {queue.name}" not in page


def test_the_workspace_is_headed_by_the_first_line_with_the_name_beside_it(
    cast: Cast, queue: Queue, browser_of: BrowserOf
) -> None:
    address = reverse("reviews:workspace", args=[queue.project.slug, queue.pk])
    page = read(browser_of(cast.annotator), address)
    head = page.partition('<header class="ws-title">')[2].partition("</header>")[0]
    assert f'dir="auto">{LINES[3]}</h2>' in head
    assert '<span class="item-name"><bdi>support-chat</bdi></span>' in head
