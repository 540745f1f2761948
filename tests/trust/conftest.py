"""One real site for all tests that hurt it: making it takes longer than most of them."""

from collections.abc import Iterator

import pytest

from .site import Site, hurtable


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with hurtable(tmp_path_factory.mktemp("trust")) as made:
        yield made
