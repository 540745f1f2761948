"""Objects made from rows that were read by hand are what the ORM would have read."""

from typing import NamedTuple

import pytest

from annotate_site import sql
from fields.models import Field
from queues.models import Item, Queue

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db

FIELD = f"select {sql.columns(Field, 'field')} from fields_field field where id = %s"
QUEUE = f"""
select {sql.columns(Queue, "queue", without=["name"])} from queues_queue queue where id = %s
"""
ITEM = f"select {sql.columns(Item, 'item')} from queues_item item where id = %s"


def test_every_column_has_its_python_value(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, items=1)
    field = factories.make_field(cast.project, "category")
    for model, statement, table, there in (
        (Field, FIELD, "field", field),
        (Item, ITEM, "item", queue.items.get()),
    ):
        made = sql.made(model, sql.one(statement, [there.pk]), table)
        read = model._default_manager.get(pk=there.pk)
        names = [one.attname for one in model._meta.concrete_fields]
        assert [getattr(made, name) for name in names] == [getattr(read, name) for name in names]
        assert made == read


def test_what_was_left_out_is_loaded_when_asked_for(cast: Cast) -> None:
    queue = factories.make_queue(cast.project, name="Refunds")
    made = sql.made(Queue, sql.one(QUEUE, [queue.pk]), "queue")
    assert made.get_deferred_fields() == {"name"}
    assert made.name == "Refunds"
    made.save(update_fields=["description"])  # an update, no insert: it is known to be stored


class Counted(NamedTuple):
    name: str
    number: int


def test_a_row_is_read_into_the_type_that_names_its_columns() -> None:
    found = sql.one("select 'a' as name, 2 as number", into=Counted)
    assert found == Counted("a", 2)
    assert sql.one("select 'a' as name, 2 as number where false", into=Counted) is None
    assert sql.rows("select 'a' as name, 2 as number", into=Counted) == [("a", 2)]


def test_a_type_with_other_columns_is_refused() -> None:
    with pytest.raises(TypeError, match="Counted"):
        sql.rows("select 2 as number, 'a' as name", into=Counted)
