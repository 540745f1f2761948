"""A field that a manager adds while an item is open is told as such, once."""

import pytest

from queues.models import QueueField

from .. import factories
from ..conftest import Cast
from .pages import Desk

pytestmark = pytest.mark.django_db
SAID = "A manager changed what is asked while you had this item open."


def test_a_field_added_meanwhile_is_told_once_and_needs_an_answer(cast: Cast) -> None:
    field = factories.make_field(cast.project, name="Right")
    queue = factories.make_queue(cast.project, annotators=[cast.annotator], items=1, fields=[field])
    desk = Desk.of(queue, cast.annotator)
    page, given = desk.start(), {f"f-{field.pk}": "true"}
    missing = desk.post(page, "submit").content.decode()
    assert SAID not in missing
    added = factories.make_field(cast.project, name="Polite")
    QueueField.objects.create(queue=queue, field=added, order=1)
    first = desk.post(missing, "submit", given).content.decode()
    assert SAID in first
    assert "Needs an answer" in first
    assert "Needs a change" not in first
    assert SAID not in desk.post(first, "submit", given).content.decode()
