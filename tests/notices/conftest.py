"""A queue whose items are reviewed, and a site that sends mail."""

import pytest
from pytest_django import Settings

from queues.models import Queue

from ..conftest import Cast
from ..reviews.judging import reviewed_queue


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return reviewed_queue(
        cast.project, [cast.annotator], [cast.reviewer], items=4, by=cast.manager, name="Refunds"
    )


@pytest.fixture
def mail_is_set_up(settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    settings.DEFAULT_FROM_EMAIL = "Annotate <annotate@example.org>"
    settings.SITE_URL = "https://annotate.example.org"
