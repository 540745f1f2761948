"""A queue whose first item is finished, and a newer version of a field that it asks."""

import pytest

from fields.actions import new_version
from fields.models import Field
from queues.models import Item, Queue

from ... import factories
from ...conftest import Cast
from ..working import Worker


@pytest.fixture
def tone(cast: Cast) -> Field:
    return factories.make_field(cast.project, "rating", name="Tone")


@pytest.fixture
def queue(cast: Cast, tone: Field) -> Queue:
    """Asks whether it is right, then the tone; two annotate each of three items."""
    right = factories.make_field(cast.project, name="Right")
    return factories.make_queue(
        cast.project, annotators=[cast.annotator, cast.second], items=3, annotations_required=2,
        fields=[right, tone],
    )  # fmt: skip


@pytest.fixture
def warmth(cast: Cast, tone: Field, queue: Queue) -> Field:
    return new_version(field=tone, by=cast.manager, name="Warmth", settings={"stars": 7})


@pytest.fixture
def items(cast: Cast, queue: Queue) -> list[Item]:
    """The first is finished, the second half so."""
    items = list(queue.items.order_by("seq"))
    for item, users in ((items[0], [cast.annotator, cast.second]), (items[1], [cast.second])):
        for user in users:
            worker = Worker(queue, user)
            value = "true" if user == cast.annotator else "false"
            worker.submit(worker.pick(item), value, "4")
    return items
