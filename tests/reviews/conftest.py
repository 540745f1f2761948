"""A queue that two annotate and one reviews, where they answered one of two items differently. A
file whose queue or item is another one says so in a fixture of its own.
"""

from collections.abc import Callable

import pytest
from django.test import Client

from annotate_site.projects.models import User
from queues.models import Item, Queue

from .. import factories
from ..conftest import Cast
from .judging import Judge, answer, reviewed_queue


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return reviewed_queue(
        cast.project, [cast.annotator, cast.second], [cast.reviewer], items=2,
        fields=[factories.make_field(cast.project, name="Is it right?")],
        guidelines="Judge the **answer**.",
    )  # fmt: skip


@pytest.fixture
def item(cast: Cast, queue: Queue) -> Item:
    answer(queue, cast.annotator, value="true")
    return answer(queue, cast.second, value="false")


@pytest.fixture
def judge(cast: Cast, queue: Queue, item: Item) -> Judge:
    """Has opened the item."""
    judge = Judge(queue, cast.reviewer)
    judge.open(item)
    return judge


@pytest.fixture
def client(cast: Cast, browser_of: Callable[[User], Client]) -> Client:
    """The reviewer's."""
    return browser_of(cast.reviewer)
