"""The pages behind an invitation and behind a link to set a password."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from annotate_site.projects.actions import make_invitation
from annotate_site.projects.models import Invitation, Membership, User
from annotate_site.projects.sign_in import password_token

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
NEW = {"name": "Nora New", "email": "nora@example.org", "password": factories.PASSWORD}


@pytest.fixture(autouse=True)
def no_counts_yet(db: None) -> None:
    cache.clear()


@pytest.fixture
def token(cast: Cast) -> str:
    return make_invitation(project=cast.project, role="manager", note="x", by=cast.manager)[1]


def test_an_invitation_leaves_the_address_and_tells_what_it_offers(
    client: Client, cast: Cast, token: str
) -> None:
    response = client.get(f"/invite/{token}/")
    assert (response.status_code, response["Location"]) == (302, "/invite/")
    page = client.get("/invite/").content.decode()
    assert f"Join {cast.project.name}" in page
    assert "Mina Castellanos" in page
    assert "You will be a manager" in page
    assert token not in page
    assert Invitation.objects.filter(used_at=None).exists()


def test_a_stranger_registers_by_it_with_its_role_once(
    client: Client, cast: Cast, token: str
) -> None:
    client.get(f"/invite/{token}/")
    assert client.post("/invite/", NEW).status_code == 302
    membership = Membership.objects.get(user__email="nora@example.org")
    assert (membership.project, membership.role) == (cast.project, "manager")
    second = Client()
    second.get(f"/invite/{token}/")
    response = second.post("/invite/", NEW | {"email": "next@example.org"})
    assert response.status_code == 404
    assert not User.objects.filter(email="next@example.org").exists()


def test_a_member_confirms_first(cast: Cast, browser_of: Browser, token: str) -> None:
    browser = browser_of(cast.member)
    browser.get(f"/invite/{token}/")
    assert b"Join the project" in browser.get("/invite/").content
    assert Membership.objects.get(user=cast.member).role == "member"
    browser.post("/invite/")
    assert Membership.objects.get(user=cast.member).role == "manager"


def test_the_cookie_of_one_kind_of_link_opens_no_other(client: Client, token: str) -> None:
    client.get(f"/invite/{token}/")
    client.cookies["join"] = client.cookies["invite"].value
    client.cookies["set-password"] = client.cookies["invite"].value
    assert client.get("/join/").status_code == 404
    assert client.get("/set-password/").status_code == 404


def test_a_dead_invitation_says_what_a_dead_share_link_says(client: Client) -> None:
    client.get("/invite/nonsense/")
    client.get("/join/nonsense/")
    invite, join = client.get("/invite/"), client.get("/join/")
    assert (invite.status_code, invite.content) == (join.status_code, join.content)


def set_password(client: Client, token: str, password: str = factories.PASSWORD) -> int:
    client.get(f"/set-password/{token}/")
    return client.post("/set-password/", {"password": password}).status_code


def test_a_link_to_set_a_password_works_once_and_signs_in(cast: Cast, client: Client) -> None:
    token = password_token(cast.member)
    assert client.get(f"/set-password/{token}/")["Location"] == "/set-password/"
    assert cast.member.email in client.get("/set-password/").content.decode()
    assert set_password(client, token) == 302
    assert client.get(reverse("home")).status_code == 200
    assert User.objects.get(pk=cast.member.pk).check_password(factories.PASSWORD)
    assert set_password(Client(), token, "another long battery") == 404


def test_a_weak_password_is_refused_and_the_link_stays_good(cast: Cast, client: Client) -> None:
    token = password_token(cast.member)
    assert set_password(client, token, "meera pillai") == 422
    assert set_password(client, token) == 302


@pytest.mark.parametrize("token", ["nonsense", "0-x", "99999999999999999999-x", "1-", "²-x"])
def test_a_made_up_token_sets_nothing(cast: Cast, client: Client, token: str) -> None:
    assert set_password(client, token) == 404


def test_a_token_is_good_for_its_own_person_only(cast: Cast, client: Client) -> None:
    _, _, secret = password_token(cast.member).partition("-")
    assert set_password(client, f"{cast.manager.pk}-{secret}") == 404


def test_the_deactivated_set_no_password(cast: Cast, client: Client) -> None:
    assert set_password(client, password_token(cast.deactivated)) == 404
