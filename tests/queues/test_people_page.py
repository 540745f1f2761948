"""The people page: who is here, in which queues; roles, leaving, invitations."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate_site.projects.actions import accept_invitation, make_invitation
from annotate_site.projects.models import Invitation, Membership, User
from annotate_site.projects.tokens import hash_token
from queues.actions.assignment.claiming import claim_next
from queues.models import Queue, Reservation, Slot

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator], items=1, name="Refunds"
    )


def address(cast: Cast, name: str, **more: int) -> str:
    return reverse(f"people:{name}", kwargs={"project": cast.project.slug, **more})


def role_of(cast: Cast, user: User) -> str | None:
    return cast.project.memberships.filter(user=user).values_list("role", flat=True).first()


def names(page: str) -> list[str]:
    return re.findall(r'aria-label="More about ([^"]+)"', page)


def test_the_list_tells_role_queues_and_who_is_deactivated(
    cast: Cast, browser_of: Browser, queue: Queue
) -> None:
    page = browser_of(cast.manager).get(address(cast, "person-list")).content.decode()
    assert len(names(page)) == 7
    row = page[page.index(f'id="person-{cast.annotator.pk}"') :].split("</tr>")[0]
    assert "Amara Nwosu" in row
    assert "Refunds" in row
    assert "annotates" in row
    gone = page[page.index(f'id="person-{cast.deactivated.pk}"') :].split("</tr>")[0]
    assert "deactivated" in gone
    assert "Oskar Berg" not in page


def test_the_list_is_searched_filtered_and_sorted(cast: Cast, browser_of: Browser) -> None:
    browser, place = browser_of(cast.manager), address(cast, "person-list")

    def shown(query: str) -> list[str]:
        return names(browser.get(f"{place}?{query}").content.decode())

    assert shown("q=nwosu") == ["Amara Nwosu"]
    assert shown(f"q={cast.viewer.email}") == ["Viktor Lindqvist"]
    assert shown("role=manager") == ["Mina Castellanos"]
    assert shown("q=nobody") == []
    everybody = shown("sort=name")
    assert everybody == sorted(everybody)
    assert shown("sort=-name") == everybody[::-1]


@pytest.mark.parametrize("query", ["sort=user__password", "sort=--", "role=x", "q=%00", "page=x"])
def test_odd_queries_show_the_list_and_leak_no_order(
    cast: Cast, browser_of: Browser, query: str
) -> None:
    response = browser_of(cast.manager).get(f"{address(cast, 'person-list')}?{query}")
    assert response.status_code == 200
    shown = names(response.content.decode())
    assert sorted(shown) == sorted(shown, key=str.lower)


@pytest.mark.parametrize("people", [1, 12])
def test_the_list_costs_the_same_for_few_and_for_many(
    cast: Cast,
    browser_of: Browser,
    queue: Queue,
    people: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(people):
        factories.join(cast.project, factories.make_user(f"Extra {number}"))
        make_invitation(project=cast.project, role="viewer", note="x", by=cast.manager)
    browser = browser_of(cast.manager)
    with django_assert_max_num_queries(9):
        browser.get(address(cast, "person-list"))


def test_a_manager_changes_a_role(cast: Cast, browser_of: Browser) -> None:
    place = address(cast, "person-role", person=cast.member.pk)
    browser_of(cast.manager).post(place, {"role": "viewer"})
    assert role_of(cast, cast.member) == "viewer"


def test_an_unknown_role_changes_nothing(cast: Cast, browser_of: Browser) -> None:
    place = address(cast, "person-role", person=cast.member.pk)
    page = browser_of(cast.manager).post(place, {"role": "owner"}, follow=True)
    assert "There is no such role" in page.content.decode()
    assert role_of(cast, cast.member) == "member"


def test_the_last_manager_is_told_why_nothing_changed(cast: Cast, browser_of: Browser) -> None:
    browser = browser_of(cast.manager)
    for name, data in (("person-role", {"role": "viewer"}), ("person-remove", {})):
        place = address(cast, name, person=cast.manager.pk)
        page = browser.post(place, data, follow=True).content.decode()
        assert "is the only manager of this project" in page
    assert role_of(cast, cast.manager) == "manager"


def test_a_manager_who_steps_down_goes_home(cast: Cast, browser_of: Browser) -> None:
    factories.join(cast.project, cast.stranger, "manager")
    place = address(cast, "person-role", person=cast.manager.pk)
    response = browser_of(cast.manager).post(place, {"role": "member"})
    assert response["Location"] == reverse("home")


def test_a_removed_person_lets_go_of_what_was_held_and_is_shut_out(
    cast: Cast, browser_of: Browser, queue: Queue
) -> None:
    claim_next(queue_id=queue.pk, user=cast.annotator)
    browser_of(cast.manager).post(address(cast, "person-remove", person=cast.annotator.pk))
    assert role_of(cast, cast.annotator) is None
    assert Slot.objects.get(queue=queue).state == "free"
    assert Reservation.objects.get(queue=queue).ending == "member_removed"
    workspace = reverse(
        "reviews:workspace", kwargs={"project": cast.project.slug, "queue": queue.pk}
    )
    assert browser_of(cast.annotator).get(workspace).status_code == 404


def test_a_refused_removal_ends_no_hold(cast: Cast, browser_of: Browser) -> None:
    queue = factories.make_queue(cast.project, by=cast.manager, annotators=[cast.manager], items=1)
    claim_next(queue_id=queue.pk, user=cast.manager)
    browser_of(cast.manager).post(address(cast, "person-remove", person=cast.manager.pk))
    assert Slot.objects.get(queue=queue).state == "held"
    assert queue.members.filter(user=cast.manager, removed_at=None).exists()


def test_a_person_of_another_project_is_not_found(cast: Cast, browser_of: Browser) -> None:
    browser = browser_of(cast.manager)
    for name in ("person-role", "person-remove"):
        place = address(cast, name, person=cast.other_manager.pk)
        assert browser.post(place, {"role": "member"}).status_code == 404
    assert Membership.objects.get(user=cast.other_manager).role == "manager"


def test_an_invitation_is_shown_once_and_works(cast: Cast, browser_of: Browser) -> None:
    browser = browser_of(cast.manager)
    response = browser.post(address(cast, "invitation-new"), {"note": "Ines", "role": "viewer"})
    found = re.search(r'value="http://testserver/invite/([\w-]{43})/"', response.content.decode())
    assert found
    accept_invitation(link_hash=hash_token(found[1]), user=cast.stranger)
    assert role_of(cast, cast.stranger) == "viewer"


def test_open_invitations_are_listed_and_revoked(cast: Cast, browser_of: Browser) -> None:
    invitation, token = make_invitation(
        project=cast.project, role="viewer", note="For Ines", by=cast.manager
    )
    browser = browser_of(cast.manager)
    page = browser.get(address(cast, "person-list")).content.decode()
    assert "For Ines" in page
    assert token not in page
    revoke = address(cast, "invitation-revoke", invitation=invitation.pk)
    assert "For Ines" not in browser.post(revoke, follow=True).content.decode()
    assert Invitation.objects.exclude(revoked_at=None).exists()


def test_an_invitation_of_another_project_is_not_found(cast: Cast, browser_of: Browser) -> None:
    invitation, _ = make_invitation(
        project=cast.other_project, role="viewer", note="x", by=cast.other_manager
    )
    place = address(cast, "invitation-revoke", invitation=invitation.pk)
    assert browser_of(cast.manager).post(place).status_code == 404
    assert Invitation.objects.filter(revoked_at=None).exists()


@pytest.mark.parametrize(
    "typed", [{"note": "", "role": "viewer"}, {"note": "Ines", "role": "owner"}, {"note": "Ines"}]
)
def test_an_invitation_wants_a_role_and_a_note(
    cast: Cast, browser_of: Browser, typed: dict[str, str]
) -> None:
    response = browser_of(cast.manager).post(address(cast, "invitation-new"), typed)
    assert response.status_code == 422
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("viewer", 403), ("member", 403), ("annotator", 403),
        ("stranger", 404), ("other_manager", 404), ("staff", 404),
    ],
)  # fmt: skip
def test_people_are_for_managers_alone(
    cast: Cast, browser_of: Browser, who: str, status: int
) -> None:
    invitation, _ = make_invitation(project=cast.project, role="viewer", note="x", by=cast.manager)
    browser = browser_of(getattr(cast, who))
    assert browser.get(address(cast, "person-list")).status_code == status
    posts = [
        (address(cast, "person-role", person=cast.member.pk), {"role": "manager"}),
        (address(cast, "person-remove", person=cast.member.pk), {}),
        (address(cast, "invitation-new"), {"note": "me", "role": "manager"}),
        (address(cast, "invitation-revoke", invitation=invitation.pk), {}),
    ]
    assert {browser.post(place, data).status_code for place, data in posts} == {status}
    assert role_of(cast, cast.member) == "member"
    assert Invitation.objects.filter(revoked_at=None).count() == 1


def test_nothing_changes_by_get(cast: Cast, browser_of: Browser) -> None:
    browser = browser_of(cast.manager)
    for name in ("person-role", "person-remove"):
        place = address(cast, name, person=cast.member.pk)
        assert browser.get(place, {"role": "viewer"}).status_code == 405
    browser.get(address(cast, "invitation-new"), {"note": "x", "role": "viewer"})
    assert role_of(cast, cast.member) == "member"
    assert not Invitation.objects.exists()
