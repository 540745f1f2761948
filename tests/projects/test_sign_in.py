"""Signing in and out: one answer for every failure, no way to elsewhere, sessions that end."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from annotate_site.projects.actions import set_active
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from annotate_site.projects.sign_in import end_sessions, make_sign_in_link

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def no_counts_yet(db: None) -> None:
    cache.clear()


@pytest.fixture
def known(cast: Cast) -> User:
    cast.annotator.set_password(factories.PASSWORD)
    cast.annotator.save()
    return cast.annotator


def sign_in(client: Client, user: User, password: str = factories.PASSWORD, **more: str) -> str:
    """Where the answer leads; "" where it is a page."""
    response = client.post(LOGIN, {"login": user.email, "password": password} | more)
    return response.get("Location", "")


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("home")).status_code == 200


def test_signing_in_ends_in_my_work_whatever_the_case_of_the_address(
    client: Client, known: User
) -> None:
    known.email = known.email.upper()
    assert sign_in(client, known) == reverse("home")
    assert is_signed_in(client)


def test_signing_in_leads_back_to_where_one_was_going(client: Client, known: User) -> None:
    place = "/accounts/password/change/"
    assert client.get(place)["Location"] == f"{LOGIN}?next={place}"
    assert sign_in(client, known, next=place) == place


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "http://testserver@evil.example/",
        " https://evil.example",
    ],
)
def test_nobody_is_sent_elsewhere(client: Client, known: User, elsewhere: str) -> None:
    assert sign_in(client, known, next=elsewhere) == reverse("home")
    assert client.post("/accounts/logout/", {"next": elsewhere})["Location"] == LOGIN


def errors(client: Client, email: str) -> bytes:
    response = client.post(LOGIN, {"login": email, "password": "wrong horse battery"})
    assert response.status_code == 200
    return response.content.replace(email.encode(), b"").split(b'role="alert"')[1][:400]


def test_an_unknown_address_and_a_wrong_password_say_the_same(client: Client, known: User) -> None:
    assert errors(client, known.email) == errors(client, "nobody@example.org")


def test_a_deactivated_person_does_not_get_in(client: Client, known: User) -> None:
    User.objects.filter(pk=known.pk).update(is_active=False)
    assert sign_in(client, known) == reverse("account_inactive")
    assert b"deactivated" in client.get(reverse("account_inactive")).content
    assert not is_signed_in(client)


def test_a_deactivated_persons_session_dies_at_the_next_request(
    cast: Cast, browser_of: Browser
) -> None:
    browser = browser_of(cast.member)
    set_active(user=cast.member, active=False, actor=SYSTEM)
    assert browser.get(reverse("home"))["Location"].startswith(LOGIN)


def test_it_does_not_come_back_to_life_with_the_account(cast: Cast, browser_of: Browser) -> None:
    browser = browser_of(cast.member)
    for active in (False, True):
        set_active(user=cast.member, active=active, actor=SYSTEM)
    assert not is_signed_in(browser)


def test_ending_sessions_ends_those_of_one_person_everywhere(
    cast: Cast, browser_of: Browser
) -> None:
    mine = [browser_of(cast.member), browser_of(cast.member)]
    other = browser_of(cast.viewer)
    end_sessions(cast.member)
    assert [is_signed_in(browser) for browser in mine] == [False, False]
    assert is_signed_in(other)


def test_deactivating_and_back_leaves_its_events(cast: Cast) -> None:
    for active in (False, False, True):
        set_active(user=cast.member, active=active, actor=SYSTEM)
    events = cast.project.events.filter(attribute="account").order_by("id")
    assert list(events.values_list("from_value", "to_value")) == [
        ("active", "deactivated"),
        ("deactivated", "active"),
    ]


def test_signing_out_is_a_post(client: Client, known: User) -> None:
    sign_in(client, known)
    client.get("/accounts/logout/")
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


def test_wrong_passwords_are_counted_without_redis(client: Client, known: User) -> None:
    for _ in range(5):
        sign_in(client, known, "wrong horse battery")
    response = client.post(LOGIN, {"login": known.email, "password": factories.PASSWORD})
    assert b"Too many failed login attempts" in response.content
    assert not is_signed_in(client)


def test_nobody_signs_up_without_a_link(client: Client) -> None:
    new = {"email": "nora@example.org", "password1": factories.PASSWORD}
    response = client.post("/accounts/signup/", new)
    assert b"Accounts are by invitation" in response.content
    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["email/", "password/reset/", "confirm-email/", "login/code/"])
def test_pages_that_need_mail_are_not_there(cast: Cast, browser_of: Browser, path: str) -> None:
    assert browser_of(cast.member).get(f"/accounts/{path}").status_code == 404


def test_a_new_password_ends_the_other_sessions(client: Client, known: User) -> None:
    elsewhere = Client()
    sign_in(elsewhere, known)
    sign_in(client, known)
    new = "another long battery"
    changed = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", changed)["Location"] == reverse("home")
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_who_came_by_a_link_sets_a_first_password(cast: Cast, browser_of: Browser) -> None:
    cast.member.set_unusable_password()
    cast.member.save()
    browser, new = browser_of(cast.member), "another long battery"
    page = browser.get("/accounts/password/change/", follow=True)
    assert b"Set a password" in page.content
    browser.post("/accounts/password/set/", {"password1": new, "password2": new})
    assert sign_in(Client(), cast.member, new) == reverse("home")


def test_a_sign_in_link_works_once_by_post(cast: Cast, client: Client) -> None:
    place = reverse("projects:sign-in-link", kwargs={"token": make_sign_in_link(cast.member)})
    assert b"Sign in as Meera Pillai" in client.get(place).content
    assert not is_signed_in(client)
    assert client.post(place)["Location"] == reverse("home")
    assert is_signed_in(client)
    again = Client().post(place)
    assert again.status_code == 404
    assert b"no longer works" in again.content


def test_a_sign_in_link_is_worth_nothing_from_another_machine(cast: Cast, client: Client) -> None:
    place = reverse("projects:sign-in-link", kwargs={"token": make_sign_in_link(cast.member)})
    response = client.post(place, REMOTE_ADDR="192.0.2.7")
    assert response.status_code == 404
    assert not is_signed_in(client)


def test_a_sign_in_link_is_worth_nothing_behind_a_proxy(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = 1
    place = reverse("projects:sign-in-link", kwargs={"token": make_sign_in_link(cast.member)})
    assert client.post(place).status_code == 404
    assert not is_signed_in(client)


def test_throttles_count_the_client_before_the_trusted_proxies(
    client: Client, known: User, settings: Settings
) -> None:
    """Whatever a client writes into the header itself, its own address counts."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(10):
        forged = f"203.0.113.{number}, 198.51.100.1"
        data = {"login": f"n{number}@example.org", "password": "wrong horse battery"}
        client.post(LOGIN, data, headers={"x-forwarded-for": forged})
    data = {"login": known.email, "password": factories.PASSWORD}
    blocked = client.post(LOGIN, data, headers={"x-forwarded-for": "203.0.113.99, 198.51.100.1"})
    assert b"Too many failed login attempts" in blocked.content
    let_in = client.post(LOGIN, data, headers={"x-forwarded-for": "198.51.100.2"})
    assert let_in["Location"] == reverse("home")
