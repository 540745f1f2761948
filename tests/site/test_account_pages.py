"""Every page of the sign-in library that can be reached wears the site's own look."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from annotate_site.projects.models import User

OPEN = ("account_login", "account_signup", "account_inactive")
SIGNED_IN = ("account_logout", "account_change_password", "account_reauthenticate")


@pytest.fixture(autouse=True)
def _uncollected_static_files(settings: Settings, tmp_path: Path) -> None:
    """These pages are read, not looked at: their style sheets need not be collected first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.STATIC_ROOT = tmp_path


def page_of(client: Client, name: str) -> str:
    response = client.get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


def assert_ours(html: str) -> None:
    assert '<main class="bare-page" id="main">' in html
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert "Menu:" not in html
    assert all('type="' in button for button in re.findall(r"<button[^>]*>", html))


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN)
def test_a_signed_out_page_is_ours(client: Client, name: str) -> None:
    assert_ours(page_of(client, name))


@pytest.mark.django_db
@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_signed_in_page_is_ours(client: Client, name: str) -> None:
    user = User.objects.create_user("ada@example.org", "correct horse battery", name="Ada")
    client.force_login(user)
    assert_ours(page_of(client, name))


@pytest.mark.django_db
def test_sign_up_says_how_accounts_are_made_and_offers_no_form(client: Client) -> None:
    html = page_of(client, "account_signup")
    assert "open the link a manager sent you" in html
    assert "password" not in html


@pytest.mark.django_db
def test_a_failed_sign_in_says_so_and_keeps_the_address(client: Client) -> None:
    response = client.post(
        reverse("account_login"), {"login": "ada@example.org", "password": "wrong"}
    )
    html = response.content.decode()
    assert 'role="alert"' in html
    assert 'value="ada@example.org"' in html


@pytest.mark.django_db
def test_a_missing_page_offers_the_way_back(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert_ours(response.content.decode())
    assert f'href="{reverse("my-work")}"' in response.content.decode()
