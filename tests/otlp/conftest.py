from collections.abc import Callable
from typing import Any

import pytest

from tests import factories
from tests.conftest import Cast

from .sending import JSON, PROTOBUF, Sender

Make = Callable[..., Sender]


@pytest.fixture
def sender(cast: Cast) -> Make:
    """Makes senders of the cast's project; with the scope ingest, unless told."""

    def make(*scopes: str, **more: Any) -> Sender:
        _, secret = factories.make_secret_token(
            cast.project, cast.manager, *(scopes or ("ingest",))
        )
        return Sender(secret, **more)

    return make


@pytest.fixture(params=[(PROTOBUF, False), (PROTOBUF, True), (JSON, False), (JSON, True)])
def each(request: pytest.FixtureRequest, sender: Make) -> Sender:
    """In every encoding."""
    kind, packed = request.param
    return sender(kind=kind, packed=packed)
