"""For each rule about datasets one row is broken, and the rule is named."""

import pytest
from django.db import connection

from annotate_site import sql
from reviews.invariants import check

from ...conftest import Cast
from .making import make_dataset

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_promises]
BREAKS = {
    "16a": "update traces_datasetplace set place = 3 where place = 2",
    "16b": "update traces_datasetversion set digest = 'another'",
    "16c": "update traces_datasetrow set source = 'one'",
    "16d": "update traces_datasetversion set number = 2",
    "16e": "update traces_datasetrow set inputs = '{}'",
}


@pytest.mark.parametrize("number", BREAKS)
def test_a_broken_row_is_found_by_its_rule(cast: Cast, number: str) -> None:
    make_dataset(cast.project, cast.manager, traces=2)
    assert check() == []
    connection.check_constraints()  # what is deferred would stand in the way of a change
    for table in ("version", "row", "place"):
        sql.run(f"alter table traces_dataset{table} disable trigger user")
    sql.run(BREAKS[number])
    assert number in {broken.number for broken in check()}
