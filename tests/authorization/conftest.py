"""The world of these tests; files of uploads are kept in memory."""

import logging
from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from .world import World

IN_MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}


@pytest.fixture(scope="module")
def untouched_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once a module, as it takes seconds; each test begins at a savepoint after it."""
    in_memory = override_settings(STORAGES=settings.STORAGES | {"default": IN_MEMORY})
    with in_memory, django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def world(untouched_world: World, db: None, caplog: pytest.LogCaptureFixture) -> World:
    caplog.set_level(logging.CRITICAL, "django.request")  # hundreds of refusals, all meant
    return deepcopy(untouched_world)
