"""One real site for all tests that hurt it: making it takes longer than most of them."""

from collections.abc import Iterator

import pytest

from ..folders import open_folder
from .site import Site, hurtable


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with open_folder() as folder, hurtable(folder) as made:
        yield made
