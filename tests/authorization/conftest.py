"""The world of these tests; files of uploads are kept in memory."""

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

from .world import World

IN_MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}


@pytest.fixture
def world(db: None, caplog: pytest.LogCaptureFixture) -> Iterator[World]:
    caplog.set_level(logging.CRITICAL, "django.request")  # hundreds of refusals, all meant
    with override_settings(STORAGES=settings.STORAGES | {"default": IN_MEMORY}):
        yield World()
