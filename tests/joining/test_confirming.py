"""Where the site sends mail, a stranger confirms an address before anything is said or made."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from annotate_site.jobs.outbox import MOST_ATTEMPTS, drain
from annotate_site.joining import actions
from annotate_site.joining.confirmations import Confirmation
from annotate_site.joining.models import EmailConfirmation
from annotate_site.projects.actions import make_invitation
from annotate_site.projects.models import Membership, Outbox, User
from annotate_site.projects.tokens import hash_token
from queues.actions.people.links import make_link
from queues.models import Queue, ShareLink

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db
NEW = {"name": "Nora New", "password": factories.PASSWORD}


@pytest.fixture(autouse=True)
def mail_is_set_up(db: None, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    settings.DEFAULT_FROM_EMAIL = "annotate@example.org"
    cache.clear()


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, by=cast.manager, name="Refunds")


@pytest.fixture
def token(cast: Cast, queue: Queue) -> str:
    return make_link(queue=queue, by=cast.manager, lasting=timedelta(days=1))[1]


def landing(queue: Queue) -> str:
    return reverse("reviews:workspace", kwargs={"project": queue.project.slug, "queue": queue.pk})


def ask(client: Client, token: str, email: str, path: str = "join") -> tuple[int, str]:
    """What the page says to the address, without the address and what differs in any two forms."""
    client.get(f"/{path}/{token}/")
    response = client.post(f"/{path}/", {"email": email})
    page = response.content.decode().replace(email, "")
    return response.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def mailed() -> tuple[str, str]:
    """The text of a mail that the worker sends now, and the path of the link in it."""
    mail.outbox.clear()
    drain()
    sent = mail.outbox[0]
    found = re.search(r"http://testserver(/\S+)", str(sent.body))
    assert found
    return str(sent.body), found[1]


def test_the_page_answers_the_same_whether_or_not_the_address_has_an_account(
    cast: Cast, token: str
) -> None:
    unknown = ask(Client(), token, "nora@example.org")
    known = ask(Client(), token, cast.stranger.email)
    deactivated = ask(Client(), token, cast.deactivated.email)
    assert unknown == known == deactivated
    assert unknown[0] == 200
    assert "Check your mail" in unknown[1]


def test_the_page_does_the_same_work_for_either_address(cast: Cast, token: str) -> None:
    """Time tells as well as words: whether there is an account is looked up by the worker."""
    done = []
    ask(Client(), token, "first@example.org")  # counts of the client and the link begin
    for email in ("nora@example.org", cast.stranger.email):
        with CaptureQueriesContext(connection) as asked:
            ask(Client(), token, email)
        done.append([one["sql"].split()[0].lower() for one in asked.captured_queries])
    assert done[0] == done[1]
    assert Outbox.objects.filter(topic=actions.TOPIC, done_at=None).count() == 3
    assert mail.outbox == []


def test_an_account_is_made_only_after_the_confirmation(
    client: Client, queue: Queue, token: str
) -> None:
    ask(client, token, "Nora@Example.org")
    client.post("/join/", NEW | {"email": "nora@example.org"})
    assert not User.objects.filter(email="nora@example.org").exists()
    text, link = mailed()
    assert f"Annotate in {queue.name}" in text
    assert "create your account" in text
    there = Client()
    assert there.get(link)["Location"] == "/join/"
    page = there.get("/join/").content.decode()
    assert "nora@example.org, is confirmed" in page
    assert 'name="email"' not in page
    assert there.post("/join/", NEW)["Location"] == landing(queue)
    user = User.objects.get(email="nora@example.org")
    assert (user.name, Membership.objects.get(user=user).role) == ("Nora New", "member")
    assert queue.members.filter(user=user, can_annotate=True).exists()


def test_nobody_registers_another_address_than_the_confirmed_one(
    client: Client, token: str
) -> None:
    ask(client, token, "nora@example.org")
    client.get(mailed()[1])
    client.post("/join/", NEW | {"email": "boss@example.org"})
    assert User.objects.filter(email="nora@example.org").exists()
    assert not User.objects.filter(email="boss@example.org").exists()


def test_an_account_that_exists_is_told_by_mail_alone_and_signs_in_to_join(
    cast: Cast, client: Client, queue: Queue, token: str
) -> None:
    cast.stranger.set_password(factories.PASSWORD)
    cast.stranger.save()
    ask(client, token, cast.stranger.email)
    text, link = mailed()
    assert "You already have an account" in text
    client.get(link)
    page = client.get("/join/").content.decode()
    assert f"You already have an account with {cast.stranger.email}" in page
    assert f'href="{reverse("account_login")}?next=/join/"' in page
    given = {"login": cast.stranger.email, "password": factories.PASSWORD, "next": "/join/"}
    assert client.post(reverse("account_login"), given)["Location"] == "/join/"
    assert client.post("/join/")["Location"] == landing(queue)


def test_an_invitation_asks_for_a_confirmation_as_well(cast: Cast, client: Client) -> None:
    token = make_invitation(project=cast.project, role="viewer", note="x", by=cast.manager)[1]
    assert ask(client, token, "nora@example.org", "invite")[0] == 200
    assert client.get(mailed()[1])["Location"] == "/invite/"
    client.post("/invite/", NEW)
    assert Membership.objects.get(user__email="nora@example.org").role == "viewer"


def test_the_link_of_the_mail_ends_after_a_day(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmation = Confirmation("nora@example.org", "join", "join", hash_token(token))
    for hours, status in ((23, 302), (25, 404)):
        with monkeypatch.context() as patch:
            then = time.time() - hours * 3600
            patch.setattr("django.core.signing.time.time", partial(float, then))
            old = confirmation.sign()
        assert client.get(f"/confirm-email/{old}/").status_code == status


@pytest.mark.parametrize("spoil", [lambda signed: signed[:-1], lambda signed: "x" + signed])
def test_a_link_that_we_did_not_sign_leads_nowhere(
    client: Client, token: str, spoil: Callable[[str], str]
) -> None:
    signed = Confirmation("nora@example.org", "join", "join", hash_token(token)).sign()
    response = client.get(f"/confirm-email/{spoil(signed)}/")
    assert (response.status_code, response.cookies) == (404, {})


def test_a_confirmation_for_one_kind_of_link_opens_no_other(client: Client, token: str) -> None:
    signed = Confirmation("nora@example.org", "invite", "joining:invitation", hash_token(token))
    client.get(f"/confirm-email/{signed.sign()}/")
    assert client.get("/invite/").status_code == 404
    assert client.get("/join/").status_code == 404


def test_a_link_revoked_meanwhile_lets_nobody_in(client: Client, token: str) -> None:
    ask(client, token, "nora@example.org")
    link = mailed()[1]
    ShareLink.objects.update(revoked_at="2026-01-01T00:00Z")
    client.get(link)
    assert client.post("/join/", NEW).status_code == 404
    assert not User.objects.filter(email="nora@example.org").exists()


def test_neither_the_secret_nor_for_long_the_address_is_kept(client: Client, token: str) -> None:
    ask(client, token, "nora@example.org")
    row = EmailConfirmation.objects.values_list().get()
    assert not [value for value in row if token in str(value)]
    key = str(EmailConfirmation.objects.get().pk)
    mailed()
    assert not EmailConfirmation.objects.exists()
    mail.outbox.clear()
    actions.send_confirmation(key)  # the worker died before it could say that it was done
    assert mail.outbox == []


def test_a_mail_server_that_refuses_is_tried_again_and_given_up_in_the_end(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise OSError("greylisted")

    ask(client, token, "nora@example.org")
    with monkeypatch.context() as patch:
        patch.setattr("annotate_site.joining.actions.send_mail", refuses)
        assert drain() == 0
    assert EmailConfirmation.objects.exists()
    assert Outbox.objects.get(topic=actions.TOPIC).last_error == "OSError: greylisted"
    past = "2026-01-01T00:00Z"
    Outbox.objects.update(due_at=past, attempts=MOST_ATTEMPTS)
    assert drain() == 1
    assert not EmailConfirmation.objects.exists()


def test_nobody_is_flooded_with_mail(client: Client, token: str) -> None:
    told = [ask(client, token, f"{name}@example.org")[0] for name in ("nora", "Nora", "NORA")]
    assert told == [200, 200, 200]
    status, page = ask(Client(REMOTE_ADDR="198.51.100.7"), token, "nora@example.org")
    assert (status, "too many attempts" in page) == (429, True)
    assert EmailConfirmation.objects.count() == 3


@pytest.mark.parametrize("email", ["", "nobody", "a@b\0.org", "x" * 250 + "@example.org"])
def test_what_is_no_address_is_told_where_it_is(client: Client, token: str, email: str) -> None:
    client.get(f"/join/{token}/")
    response = client.post("/join/", {"email": email})
    assert response.status_code == 422
    assert b'id="id_email_error"' in response.content
    assert not EmailConfirmation.objects.exists()
