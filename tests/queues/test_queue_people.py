"""People of a queue in the page."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import User
from queues.actions.assignment.claiming import claim_next
from queues.actions.people.members import add_members, remove_member
from queues.models import Reservation

from .. import factories
from ..conftest import Cast
from .pages import read, told, url

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User], Client]


def test_members_of_the_project_join_with_their_rights(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project)
    client, address = browser_of(cast.manager), url("member-add", cast.project, queue)
    people = [cast.annotator.pk, cast.reviewer.pk]
    client.post(address, {"people": people, "can_annotate": "on", "can_review": "on"})
    rights = set(queue.members.values_list("user", "can_annotate", "can_review"))
    assert rights == {(pk, True, True) for pk in people}
    page = read(client, url("queue-people", cast.project, queue))
    assert cast.annotator.email in page


@pytest.mark.parametrize("whom", ["stranger", "other_manager", "deactivated", "annotator"])
def test_who_is_no_active_member_or_there_already_is_refused(
    cast: Cast, browser_of: BrowserOf, whom: str
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    data = {"people": [getattr(cast, whom).pk], "can_review": "on"}
    response = browser_of(cast.manager).post(url("member-add", cast.project, queue), data)
    assert response.status_code == 422
    assert "Someone you chose isn&#x27;t a member of this project, or is already in the queue." in (
        response.content.decode()
    )
    assert list(queue.members.values_list("user", "can_review")) == [(cast.annotator.pk, False)]


def test_no_right_at_all_is_told(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    client = browser_of(cast.manager)
    response = client.post(url("member-add", cast.project, queue), {"people": [cast.second.pk]})
    assert response.status_code == 422
    rights = url("member-rights", cast.project, queue, person=cast.annotator.pk)
    assert "Nothing was changed" in told(client.post(rights))[0]
    assert list(queue.members.values_list("user", flat=True)) == [cast.annotator.pk]


def test_rights_change_and_removal_ends_holds(cast: Cast, browser_of: BrowserOf) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator, cast.second], items=2)
    client = browser_of(cast.manager)
    holds = [claim_next(queue_id=queue.pk, user=user) for user in (cast.annotator, cast.second)]
    rights = url("member-rights", cast.project, queue, person=cast.annotator.pk)
    client.post(rights, {"can_review": "on"})
    client.post(url("member-remove", cast.project, queue, person=cast.second.pk))
    members = queue.members.values_list("user", "can_annotate", "can_review", "removed_at")
    assert [(*row[:3], row[3] is None) for row in members] == [
        (cast.annotator.pk, False, True, True),
        (cast.second.pk, True, False, False),
    ]
    endings = [Reservation.objects.get(token=hold.token).ending for hold in holds]
    assert endings == ["member_removed", "member_removed"]


def test_one_who_has_left_or_never_was_in_the_queue_is_not_found(
    cast: Cast, browser_of: BrowserOf
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    remove_member(queue=queue, user=cast.annotator, actor=SYSTEM)
    client = browser_of(cast.manager)
    for person in (cast.annotator.pk, cast.second.pk, 10**9):
        for name in ("member-rights", "member-remove"):
            page = url(name, cast.project, queue, person=person)
            assert client.post(page, {"can_annotate": "on"}).status_code == 404


def test_many_people_come_in_pages_and_are_found_by_name(
    cast: Cast, browser_of: BrowserOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    queue = factories.make_queue(cast.project, annotators=[cast.annotator])
    people = [User(email=f"p{n}@example.org", name=f"Person {n:03}") for n in range(120)]
    User.objects.bulk_create(people)
    for person in people:
        factories.join(cast.project, person, "member")
    add_members(queue=queue, users=people, actor=SYSTEM, can_annotate=True)
    client, address = browser_of(cast.manager), url("queue-people", cast.project, queue)
    assert read(client, address).count("Save the rights of") == 50
    found = read(client, f"{address}?q=PERSON+11")
    assert found.count("Save the rights of") == 10
    assert "Person 119" in read(client, f"{address}?page=3")
    refused = client.post(url("member-add", cast.project, queue))
    assert refused.status_code == 422
    page = refused.content.decode()
    assert f'rel="next" href="{address}?page=2"' in page
    assert f'<form class="filters" method="get" action="{address}">' in page
    with django_assert_num_queries(11):
        read(client, address)
    rights = url("member-rights", cast.project, queue, person=people[3].pk)
    response = client.post(f"{rights}?q=PERSON&page=2", {"can_review": "on"})
    assert response["Location"] == f"{address}?q=PERSON&page=2"
