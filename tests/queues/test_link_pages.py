"""The share links of a queue on its page: made, shown once, counted, revoked."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate_site.projects.models import User
from annotate_site.projects.tokens import hash_token
from queues.actions.people.links import make_link, use_link
from queues.forms.links import ShareLinkForm
from queues.models import Queue, ShareLink

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator], reviewers=[cast.reviewer]
    )


def address(queue: Queue, name: str, **more: int) -> str:
    place = {"project": queue.project.slug, "queue": queue.pk}
    return reverse(f"links:{name}", kwargs=place | more)


def test_a_made_link_is_shown_once_and_works(cast: Cast, browser_of: Browser, queue: Queue) -> None:
    browser = browser_of(cast.manager)
    page = browser.post(address(queue, "link-new"), {"days": 3, "max_uses": 2}).content.decode()
    found = re.search(r'value="http://testserver/join/([\w-]{43})/"', page)
    assert found
    link = ShareLink.objects.get()
    assert link.max_uses == 2
    assert timedelta(days=2, hours=23) < link.expires_at - link.created_at < timedelta(days=3.1)
    use_link(link_hash=hash_token(found[1]), user=cast.stranger)
    listed = browser.get(address(queue, "link-list")).content.decode()
    assert "1 of 2 joined" in listed
    assert str(cast.manager) in listed
    assert found[1] not in listed


@pytest.mark.parametrize(
    "typed", [{"days": 0}, {"days": 366}, {"days": ""}, {"days": 7, "max_uses": 0}]
)
def test_a_link_out_of_range_is_refused_and_what_was_typed_kept(
    cast: Cast, browser_of: Browser, queue: Queue, typed: dict[str, object]
) -> None:
    response = browser_of(cast.manager).post(address(queue, "link-new"), typed)
    assert response.status_code == 422
    assert f'value="{typed["days"]}"' in response.content.decode() or typed["days"] == ""
    assert not ShareLink.objects.exists()


def test_a_revoked_link_is_listed_as_such_and_not_offered_again(
    cast: Cast, browser_of: Browser, queue: Queue
) -> None:
    link, _ = make_link(queue=queue, by=cast.manager, lasting=timedelta(days=1))
    browser = browser_of(cast.manager)
    revoke = address(queue, "link-revoke", link=link.pk)
    page = browser.post(revoke, follow=True).content.decode()
    assert "Revoked" in page
    assert revoke not in page
    assert ShareLink.objects.exclude(revoked_at=None).exists()
    assert "already revoked" in browser.post(revoke, follow=True).content.decode()


def test_a_link_is_found_only_within_its_queue(
    cast: Cast, browser_of: Browser, queue: Queue
) -> None:
    other = factories.make_queue(cast.project, by=cast.manager)
    link, _ = make_link(queue=other, by=cast.manager, lasting=timedelta(days=1))
    response = browser_of(cast.manager).post(address(queue, "link-revoke", link=link.pk))
    assert response.status_code == 404
    assert ShareLink.objects.filter(revoked_at=None).exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("viewer", 403), ("member", 403), ("annotator", 403), ("reviewer", 403),
        ("stranger", 404), ("other_manager", 404), ("staff", 404),
    ],
)  # fmt: skip
def test_links_are_for_managers_alone(
    cast: Cast, browser_of: Browser, queue: Queue, who: str, status: int
) -> None:
    link, _ = make_link(queue=queue, by=cast.manager, lasting=timedelta(days=1))
    browser = browser_of(getattr(cast, who))
    assert browser.get(address(queue, "link-list")).status_code == status
    assert browser.post(address(queue, "link-new"), {"days": 3}).status_code == status
    revoke = address(queue, "link-revoke", link=link.pk)
    assert browser.post(revoke).status_code == status
    assert ShareLink.objects.filter(revoked_at=None).count() == 1


def test_nothing_is_made_or_revoked_by_get(cast: Cast, browser_of: Browser, queue: Queue) -> None:
    link, _ = make_link(queue=queue, by=cast.manager, lasting=timedelta(days=1))
    browser = browser_of(cast.manager)
    assert browser.get(address(queue, "link-list")).status_code == 200
    assert browser.get(address(queue, "link-new")).status_code == 405
    assert browser.get(address(queue, "link-revoke", link=link.pk)).status_code == 405
    assert ShareLink.objects.filter(revoked_at=None).count() == 1


@pytest.mark.parametrize("links", [1, 5])
def test_the_list_costs_the_same_for_one_and_for_many(
    cast: Cast,
    browser_of: Browser,
    queue: Queue,
    links: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(links):
        make_link(queue=queue, by=cast.manager, lasting=timedelta(days=1))
    browser = browser_of(cast.manager)
    with django_assert_max_num_queries(7):
        browser.get(address(queue, "link-list"))


def test_share_is_one_dialog_on_every_tab_and_a_page_without_scripts(
    cast: Cast, browser_of: Browser, queue: Queue
) -> None:
    members = f"http://testserver/p/{queue.project.slug}/annotate/queues/{queue.pk}/"
    said = browser_of(cast.manager).get(members).content.decode()
    tabs = ["progress/", "attention/", "sources/", "members/", "settings/"]
    for tab in ["", *tabs, "review/"]:
        page = browser_of(cast.manager).get(f"{members}{tab}").content.decode()
        assert 'data-open-dialog="share"' in page, tab
        assert "js/share." in page, tab
        assert "css/share." in page, tab
    assert f'href="{address(queue, "link-list")}"' in said
    assert "Copy link" not in said
    assert "Works for 14 days, for any number of people" in said
    alone = browser_of(cast.manager).get(address(queue, "link-list")).content.decode()
    for whole in (said, alone):
        assert f'value="{members}"' in whole
        assert "Copy invitation link" in whole


@pytest.mark.parametrize("who", ["viewer", "annotator", "reviewer"])
def test_share_is_not_offered_to_who_cannot_invite(
    cast: Cast, browser_of: Browser, queue: Queue, who: str
) -> None:
    page = browser_of(getattr(cast, who)).get(
        f"/p/{queue.project.slug}/annotate/queues/{queue.pk}/"
    )
    assert "share" not in page.content.decode().lower()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"days": "14", "max_uses": ""}, "Works for 14 days, for any number of people"),
        ({"days": "1", "max_uses": "1"}, "Works for 1 day, for 1 person at most"),
        ({"days": "2", "max_uses": "1200"}, "Works for 2 days, for 1,200 people at most"),
        ({"days": "", "max_uses": "1"}, "Works for 14 days, for any number of people"),
    ],
)
def test_what_a_link_can_do_is_told_in_words(typed: dict[str, str], said: str) -> None:
    data = QueryDict(mutable=True)
    data.update(typed)
    assert ShareLinkForm(data).in_words == said


def test_the_dialog_gets_its_parts_alone(cast: Cast, browser_of: Browser, queue: Queue) -> None:
    browser, htmx = browser_of(cast.manager), {"HX-Request": "true"}
    made = browser.post(
        address(queue, "link-new"), {"days": 14, "max_uses": ""}, headers=htmx
    ).content.decode()
    assert 'id="share-address"' in made
    assert 'hx-swap-oob="true"' in made
    assert "<html" not in made
    link = ShareLink.objects.get()
    listed = browser.get(address(queue, "link-list"), headers=htmx).content.decode()
    assert listed.strip().startswith('<div id="share-links"')
    assert "0 joined" in listed
    wrong = browser.post(address(queue, "link-new"), {"days": 0}, headers=htmx)
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.content.decode()
    revoked = browser.post(address(queue, "link-revoke", link=link.pk), headers=htmx)
    assert revoked.status_code == 200
    assert "Revoked" in revoked.content.decode()
    assert "The link is revoked." in revoked.content.decode()
