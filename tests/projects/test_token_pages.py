"""The tokens page: whose tokens one sees, and that a secret is shown once."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotate_site.projects.models import ApiToken, User
from annotate_site.projects.token_access import find_token

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def address(cast: Cast, page: str, **more: int) -> str:
    return reverse(f"projects:token-{page}", kwargs={"project": cast.project.slug, **more})


def test_the_secret_is_shown_once(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.manager)
    body = {"name": "Nightly import", "scopes": ["ingest", "read"], "days": "90"}
    response = browser.post(address(cast, "new"), body)
    secret = response.context["secret"]
    assert secret in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store, private"
    found = find_token(secret)
    assert found
    assert found.token.scopes == ["read", "ingest"]
    later = browser.get(address(cast, "list")).content.decode()
    assert "Nightly import" in later
    assert "Read, Send traces" in later
    assert secret not in later


def test_others_see_their_own_tokens_and_managers_all(cast: Cast, browser_of: BrowserOf) -> None:
    factories.make_token(cast.project, cast.manager, name="Of the manager")
    factories.make_token(cast.project, cast.viewer, name="Of the viewer")
    factories.make_token(cast.other_project, cast.other_manager, name="Of elsewhere")
    seen = browser_of(cast.viewer).get(address(cast, "list")).content.decode()
    assert "Of the viewer" in seen
    assert "Of the manager" not in seen
    seen = browser_of(cast.manager).get(address(cast, "list")).content.decode()
    assert "Of the viewer" in seen
    assert "Of the manager" in seen
    assert "Of elsewhere" not in seen


def test_a_viewer_revokes_no_token_but_their_own(cast: Cast, browser_of: BrowserOf) -> None:
    others = factories.make_token(cast.project, cast.manager)
    own = factories.make_token(cast.project, cast.viewer)
    browser = browser_of(cast.viewer)
    assert browser.post(address(cast, "revoke", api_token=others.pk)).status_code == 404
    assert browser.post(address(cast, "revoke", api_token=own.pk)).status_code == 302
    assert set(ApiToken.objects.filter(revoked_at=None)) == {others}


def test_a_viewer_is_offered_what_a_viewer_can_do(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.viewer)
    form = browser.get(address(cast, "new")).content.decode()
    assert 'value="read"' in form
    assert 'value="write"' not in form
    response = browser.post(address(cast, "new"), {"name": "x", "scopes": "write", "days": "never"})
    assert response.status_code == 422
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"scopes": "read", "days": "30"},
        {"name": "x", "days": "30"},
        {"name": "x", "scopes": "read", "days": "31"},
        {"name": "x" * 81, "scopes": "read", "days": "never"},
        {"name": "\u2003", "scopes": "read", "days": "never"},
    ],
)
def test_a_form_that_lacks_something_keeps_what_was_typed(
    cast: Cast, browser_of: BrowserOf, body: dict[str, str]
) -> None:
    response = browser_of(cast.manager).post(address(cast, "new"), body)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert not ApiToken.objects.exists()


def test_the_list_asks_the_same_however_long_it_is(cast: Cast, browser_of: BrowserOf) -> None:
    browser, counts = browser_of(cast.manager), []
    for number in (1, 5):
        for _ in range(number):
            factories.make_token(cast.project, cast.viewer)
        with CaptureQueriesContext(connection) as asked:
            browser.get(address(cast, "list"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
