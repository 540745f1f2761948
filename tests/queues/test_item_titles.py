"""Items are called by their user's first line, with the name small, or by the name where many
begin so.
"""

from importlib import import_module

import pytest
from django.db import connection

from queues.item_titles import item_heading
from queues.models import Queue

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db
FILL = import_module("queues.migrations.0009_repeated_line").FILL


def add(queue: Queue, *lines: str) -> None:
    traces = [
        factories.make_trace(queue.project, line, name=f"run {number}")
        for number, line in enumerate(lines)
    ]
    factories.add_items(queue, traces)
    queue.refresh_from_db()


def titles(queue: Queue) -> list[str]:
    return [str(item_heading(item, queue)) for item in queue.items.order_by("seq")]


def test_the_first_line_leads_until_many_have_it(cast: Cast) -> None:
    queue = factories.make_queue(cast.project)
    add(queue, "Judge this:")
    assert titles(queue) == ["Judge this:"]
    add(queue, "Judge this:", "A late parcel")
    assert queue.repeated_line == "Judge this:"
    assert titles(queue) == ["run 0", "run 0", "A late parcel"]
    add(queue, "One", "Two")
    assert queue.repeated_line == ""
    assert titles(queue)[0] == "Judge this:"


@pytest.mark.parametrize(
    "lines",
    [["a"], ["a", "a"], ["a", "b"], ["a", "b", "a"], ["a", "b", "c", "a"], list("aabcd")],
)
def test_the_migration_finds_what_adding_would_have_found(cast: Cast, lines: list[str]) -> None:
    queue, other = factories.make_queue(cast.project), factories.make_queue(cast.project)
    add(queue, *lines)
    add(other, "b", "b")
    found = queue.repeated_line
    Queue.objects.update(repeated_line="")
    with connection.cursor() as cursor:
        cursor.execute(FILL)
    queue.refresh_from_db()
    other.refresh_from_db()
    assert (queue.repeated_line, other.repeated_line) == (found, "b")
