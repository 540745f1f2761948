"""Who else knocks at queues."""

import pytest

from annotate_site.projects.models import User

from ..conftest import Cast


@pytest.fixture
def staff_manager(cast: Cast) -> User:
    """Neither a superuser nor given a single permission row."""
    cast.manager.is_staff = True
    cast.manager.save(update_fields=["is_staff"])
    return cast.manager
