"""Without mail a link must say that an address has an account: it says so to few, and rarely."""

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from annotate_site.projects.actions import make_invitation
from annotate_site.projects.models import User

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db
TELLING = "already an account with this e-mail"


@pytest.fixture(autouse=True)
def no_counts_and_no_redis(db: None, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    cache.clear()


@pytest.fixture
def token(cast: Cast) -> str:
    return make_invitation(project=cast.project, role="member", note="x", by=cast.manager)[1]


def guess(token: str, email: str, address: str) -> tuple[int, bool]:
    """The status, and whether it was told that there is an account."""
    client = Client(REMOTE_ADDR=address)
    client.get(f"/invite/{token}/")
    given = {"name": "Nora New", "email": email, "password": factories.PASSWORD}
    response = client.post("/invite/", given)
    return response.status_code, TELLING in response.content.decode()


def test_a_client_is_told_of_five_accounts_an_hour_and_then_of_nothing(
    cast: Cast, token: str
) -> None:
    told = [guess(token, cast.stranger.email, "198.51.100.7") for _ in range(6)]
    assert told == [(422, True)] * 5 + [(429, False)]
    assert guess(token, "nobody-yet@example.org", "198.51.100.7") == (429, False)
    assert not User.objects.filter(email="nobody-yet@example.org").exists()
    assert guess(token, cast.stranger.email, "198.51.100.8") == (422, True)


def test_many_clients_are_told_of_twenty_by_one_link(cast: Cast, token: str) -> None:
    told = [guess(token, cast.stranger.email, f"198.51.100.{number // 5}") for number in range(21)]
    assert told == [(422, True)] * 20 + [(429, False)]
    other = make_invitation(project=cast.project, role="member", note="y", by=cast.manager)[1]
    assert guess(other, cast.stranger.email, "198.51.100.77") == (422, True)


def test_a_client_cannot_claim_to_be_another_than_the_trusted_proxy_says(
    cast: Cast, token: str, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    statuses = []
    for number in range(6):
        client = Client(headers={"x-forwarded-for": f"203.0.113.{number}, 198.51.100.1"})
        client.get(f"/invite/{token}/")
        given = {"name": "N", "email": cast.stranger.email, "password": factories.PASSWORD}
        statuses.append(client.post("/invite/", given).status_code)
    assert statuses == [422] * 5 + [429]
