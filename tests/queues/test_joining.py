"""Coming by a share link: the secret leaves the address, GET writes nothing, POST lets in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate_site import sql
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Membership, User
from queues.actions.people.links import make_link
from queues.actions.people.members import remove_member
from queues.models import Queue, QueueMember, ShareLink

from .. import factories
from ..conftest import Cast
from .test_links import SPOILT

pytestmark = pytest.mark.django_db
NEW = {"name": "Nora New", "email": "Nora@Example.org", "password": factories.PASSWORD}


@pytest.fixture(autouse=True)
def no_counts_yet(db: None) -> None:
    cache.clear()


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator], name="Refunds"
    )


@pytest.fixture
def token(queue: Queue) -> str:
    assert queue.created_by is not None
    return make_link(queue=queue, by=queue.created_by, lasting=timedelta(days=1))[1]


def knock(client: Client, token: str) -> None:
    client.get(f"/join/{token}/")


def landing(queue: Queue) -> str:
    return reverse("reviews:workspace", kwargs={"project": queue.project.slug, "queue": queue.pk})


def written() -> int:
    """Rows written so far, of every table."""
    row = sql.one(
        "select sum(n_tup_ins + n_tup_upd + n_tup_del) as n from pg_stat_xact_user_tables"
    )
    assert row is not None
    return int(row.n)


def test_the_token_leaves_the_address_for_a_cookie_of_ten_minutes(
    client: Client, token: str
) -> None:
    response = client.get(f"/join/{token}/")
    assert (response.status_code, response["Location"]) == (302, "/join/")
    assert response["Referrer-Policy"] == "no-referrer"
    cookie = response.cookies["join"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (600, True, "Lax")
    page = client.get("/join/")
    assert b"Refunds" in page.content
    assert token.encode() not in page.content


def test_looking_at_a_link_writes_nothing(cast: Cast, client: Client, token: str) -> None:
    before = written()
    knock(client, token)
    client.head("/join/")
    client.get("/join/")
    assert written() == before
    client.post("/join/", NEW)
    assert written() > before


def test_a_signed_in_person_who_looks_is_not_let_in(
    cast: Cast, browser_of: Callable[[User], Client], token: str
) -> None:
    browser = browser_of(cast.stranger)
    knock(browser, token)
    assert b"Join the queue" in browser.get("/join/").content
    assert not Membership.objects.filter(user=cast.stranger).exists()


def test_a_stranger_registers_and_lands_in_the_queue(
    client: Client, queue: Queue, token: str
) -> None:
    knock(client, token)
    response = client.post("/join/", NEW)
    assert (response.status_code, response["Location"]) == (302, landing(queue))
    user = User.objects.get(email="nora@example.org")
    assert (user.name, user.is_staff, user.is_superuser) == ("Nora New", False, False)
    assert Membership.objects.get(user=user).role == "member"
    member = QueueMember.objects.get(user=user)
    assert (member.queue, member.can_annotate, member.can_review) == (queue, True, False)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert response.cookies["join"]["max-age"] == 0


def test_the_new_account_signs_in_by_its_password(client: Client, token: str) -> None:
    knock(client, token)
    client.post("/join/", NEW)
    again = Client()
    response = again.post(
        reverse("account_login"), {"login": "nora@example.org", "password": factories.PASSWORD}
    )
    assert response["Location"] == reverse("home")


def test_a_member_of_another_project_confirms_and_is_let_in(
    cast: Cast, browser_of: Callable[[User], Client], queue: Queue, token: str
) -> None:
    browser = browser_of(cast.other_manager)
    knock(browser, token)
    assert browser.post("/join/")["Location"] == landing(queue)
    assert queue.members.filter(user=cast.other_manager, can_annotate=True).exists()


def test_an_annotator_of_the_queue_is_shown_the_way_and_uses_nothing_up(
    cast: Cast, browser_of: Callable[[User], Client], queue: Queue, token: str
) -> None:
    browser = browser_of(cast.annotator)
    knock(browser, token)
    page = browser.get("/join/").content.decode()
    assert f'href="{landing(queue)}"' in page
    assert "already" in page
    browser.post("/join/")
    assert ShareLink.objects.get().uses == 0


def unusable_pages(client: Client, token: str) -> list[tuple[int, bytes]]:
    """What GET and POST of the clean page answer; the token of the form is none of the text."""
    knock(client, token)
    got = client.get("/join/")
    knock(client, token)
    sent = client.post("/join/", NEW)
    return [(got.status_code, got.content), (sent.status_code, sent.content)]


@pytest.mark.parametrize("spoil", SPOILT)
def test_every_link_that_does_not_work_says_the_same(
    client: Client, token: str, spoil: Callable[[ShareLink], None]
) -> None:
    spoil(ShareLink.objects.get())
    nonsense = unusable_pages(Client(), "nonsense")
    assert unusable_pages(client, token) == nonsense
    assert {status for status, _ in nonsense} == {404}
    assert not User.objects.filter(email="nora@example.org").exists()


def test_who_was_removed_reads_the_same_as_for_a_wrong_link(
    cast: Cast, browser_of: Callable[[User], Client], queue: Queue, token: str
) -> None:
    remove_member(queue=queue, user=cast.annotator, actor=Actor.person(cast.manager))
    browser = browser_of(cast.annotator)
    assert unusable_pages(browser, token) == unusable_pages(browser, "nonsense")
    assert not queue.members.filter(user=cast.annotator, removed_at=None).exists()


def test_without_the_cookie_the_clean_page_offers_nothing(client: Client, token: str) -> None:
    assert client.get("/join/").status_code == 404


@pytest.mark.parametrize(
    "cookie",
    [
        lambda token: token,
        lambda token: signing.dumps(token, salt="annotate.link.invite"),
        lambda token: signing.TimestampSigner(salt="annotate.link.join").sign_object(token)[:-1],
    ],
)
def test_a_cookie_not_signed_for_joining_is_worth_nothing(
    client: Client, token: str, cookie: Callable[[str], str]
) -> None:
    client.cookies["join"] = cookie(token)
    assert client.get("/join/").status_code == 404


def test_an_account_that_exists_is_told_and_what_was_typed_is_kept(
    cast: Cast, client: Client, token: str
) -> None:
    knock(client, token)
    response = client.post("/join/", NEW | {"email": cast.stranger.email.upper()})
    page = response.content.decode()
    assert response.status_code == 422
    assert "already an account with this e-mail" in page
    assert f'href="{reverse("account_login")}?next=/join/"' in page
    assert "Nora New" in page
    assert factories.PASSWORD not in page
    assert not Membership.objects.filter(user=cast.stranger).exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"password": "short"}, "too short"),
        ({"password": "password1234"}, "too common"),
        ({"password": "nora@example.org"}, "too similar"),
        ({"email": "nobody"}, "valid email"),
        ({"email": "a@b\0.org"}, "Null characters"),
        ({"name": ""}, "required"),
        ({"name": "x" * 121}, "at most 120"),
    ],
)
def test_a_wrong_entry_is_told_where_it_is_and_makes_nobody(
    client: Client, token: str, wrong: dict[str, str], sentence: str
) -> None:
    before = User.objects.count()
    knock(client, token)
    response = client.post("/join/", NEW | wrong)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert User.objects.count() == before


def test_nobody_registers_with_more_than_the_form_asks(client: Client, token: str) -> None:
    knock(client, token)
    client.post("/join/", NEW | {"is_staff": "on", "is_superuser": "1", "role": "manager"})
    user = User.objects.get(email="nora@example.org")
    assert not user.is_staff
    assert not user.is_superuser
    assert user.memberships.get().role == "member"


def test_the_last_use_lost_to_somebody_else_leaves_no_account(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking and taking the link is used up: the account goes with the transaction."""
    monkeypatch.setattr("queues.actions.people.links.TAKE", "select 1 as uses where %s is null")
    knock(client, token)
    assert client.post("/join/", NEW).status_code == 404
    assert not User.objects.filter(email="nora@example.org").exists()


def test_signing_in_instead_comes_back_to_confirm(
    cast: Cast, client: Client, queue: Queue, token: str
) -> None:
    cast.stranger.set_password(factories.PASSWORD)
    cast.stranger.save()
    knock(client, token)
    response = client.post(
        f"{reverse('account_login')}?next=/join/",
        {"login": cast.stranger.email, "password": factories.PASSWORD, "next": "/join/"},
    )
    assert response["Location"] == "/join/"
    assert not Membership.objects.filter(user=cast.stranger).exists()
    assert client.post("/join/")["Location"] == landing(queue)


def test_a_deactivated_person_with_a_session_is_treated_as_a_stranger(
    cast: Cast, browser_of: Callable[[User], Client], queue: Queue, token: str
) -> None:
    browser = browser_of(cast.stranger)
    knock(browser, token)
    User.objects.filter(pk=cast.stranger.pk).update(is_active=False)
    assert browser.post("/join/").status_code == 422
    assert not queue.members.filter(user=cast.stranger).exists()


def test_joining_without_the_csrf_token_is_refused(cast: Cast, queue: Queue, token: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.stranger)
    knock(strict, token)
    assert strict.post("/join/").status_code == 403
    assert not queue.members.filter(user=cast.stranger).exists()


def test_attempts_are_counted_without_redis(client: Client, token: str) -> None:
    knock(client, token)
    statuses = [client.post("/join/", NEW | {"password": "short"}).status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]
    page = client.post("/join/", NEW).content.decode()
    assert "too many attempts" in page
    assert "Nora New" in page
    assert not User.objects.filter(email="nora@example.org").exists()


def test_the_page_costs_few_statements(
    client: Client, token: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    knock(client, token)
    with django_assert_max_num_queries(3):
        client.get("/join/")
