"""Share links: every state, uses counted exactly, and nobody back who was removed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from annotate_site.errors import Refused
from annotate_site.projects.errors import LinkUnusable
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Event, Membership, User
from annotate_site.projects.tokens import hash_token
from queues.actions.people.links import make_link, revoke_link, use_link
from queues.actions.people.members import remove_member, remove_person
from queues.actions.status import archive_queue
from queues.models import Queue, QueueMember, ShareLink

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, by=cast.manager, annotators=[cast.annotator])


def share(queue: Queue, max_uses: int | None = None) -> tuple[ShareLink, str]:
    assert queue.created_by is not None
    return make_link(queue=queue, by=queue.created_by, lasting=timedelta(days=1), max_uses=max_uses)


def uses(link: ShareLink) -> int:
    return ShareLink.objects.values_list("uses", flat=True).get(pk=link.pk)


def rights(queue: Queue, user: User) -> tuple[bool, bool] | None:
    live = queue.members.filter(user=user, removed_at=None)
    return live.values_list("can_annotate", "can_review").first()


def test_only_the_hash_of_the_token_is_stored(queue: Queue) -> None:
    _, token = share(queue)
    kept = [str(value) for row in ShareLink.objects.values_list() for value in row]
    kept += [str(value) for row in Event.objects.values_list() for value in row]
    assert len(token) >= 43
    assert not [value for value in kept if token in value]


def test_a_stranger_becomes_annotator_of_that_queue_and_no_more(cast: Cast, queue: Queue) -> None:
    factories.make_queue(cast.project, by=cast.manager)
    link, token = share(queue)
    use_link(link_hash=hash_token(token), user=cast.stranger)
    membership = Membership.objects.get(user=cast.stranger)
    assert (membership.project, membership.role) == (cast.project, "member")
    member = QueueMember.objects.get(user=cast.stranger)
    assert (member.queue, member.can_annotate, member.can_review) == (queue, True, False)
    assert uses(link) == 1


def test_each_step_of_joining_leaves_its_event(cast: Cast, queue: Queue) -> None:
    _, token = share(queue)
    use_link(link_hash=hash_token(token), user=cast.stranger)
    events = cast.project.events.filter(actor=cast.stranger).order_by("id")
    assert list(events.values_list("object_type", "attribute", "to_value")) == [
        ("membership", "role", "member"),
        ("queue_member", "rights", "annotate"),
        ("share_link", "uses", "1"),
    ]


def test_an_annotator_of_the_queue_uses_nothing_up(cast: Cast, queue: Queue) -> None:
    link, token = share(queue, max_uses=1)
    use_link(link_hash=hash_token(token), user=cast.annotator)
    assert uses(link) == 0
    use_link(link_hash=hash_token(token), user=cast.stranger)
    with pytest.raises(LinkUnusable):
        use_link(link_hash=hash_token(token), user=cast.member)
    assert uses(link) == 1


def test_a_member_of_the_project_keeps_the_role_and_uses_one_up(cast: Cast, queue: Queue) -> None:
    link, token = share(queue, max_uses=1)
    use_link(link_hash=hash_token(token), user=cast.viewer)
    assert rights(queue, cast.viewer) == (True, False)
    assert cast.project.memberships.get(user=cast.viewer).role == "viewer"
    assert uses(link) == 1


def expire(link: ShareLink) -> None:
    ShareLink.objects.filter(pk=link.pk).update(expires_at="2020-01-01T00:00Z")


def use_up(link: ShareLink) -> None:
    ShareLink.objects.filter(pk=link.pk).update(max_uses=1, uses=1)


def revoke(link: ShareLink) -> None:
    assert revoke_link(link=link, actor=Actor.person(link.created_by))


def archive(link: ShareLink) -> None:
    archive_queue(queue=link.queue, actor=Actor.person(link.created_by))


def archive_project(link: ShareLink) -> None:
    link.queue.project.archived_at = "2020-01-01T00:00Z"
    link.queue.project.save()


SPOILT = [expire, use_up, revoke, archive, archive_project]


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_spoilt_link_lets_nobody_in(
    cast: Cast, queue: Queue, spoil: Callable[[ShareLink], None]
) -> None:
    link, token = share(queue)
    spoil(link)
    with pytest.raises(LinkUnusable):
        use_link(link_hash=hash_token(token), user=cast.stranger)
    assert not Membership.objects.filter(user=cast.stranger).exists()
    assert not queue.members.filter(user=cast.stranger).exists()


def test_an_unknown_token_lets_nobody_in(cast: Cast, queue: Queue) -> None:
    share(queue)
    with pytest.raises(LinkUnusable):
        use_link(link_hash=hash_token("x" * 43), user=cast.stranger)


def test_a_link_is_revoked_once_with_one_event(cast: Cast, queue: Queue) -> None:
    link, _ = share(queue)
    actor = Actor.person(cast.manager)
    assert revoke_link(link=link, actor=actor)
    assert not revoke_link(link=link, actor=actor)
    states = cast.project.events.filter(object_type="share_link", attribute="state")
    assert list(states.order_by("id").values_list("from_value", "to_value")) == [
        ("", "open"),
        ("open", "revoked"),
    ]


def test_who_was_removed_from_the_queue_does_not_come_back(cast: Cast, queue: Queue) -> None:
    remove_member(queue=queue, user=cast.annotator, actor=Actor.person(cast.manager))
    link, token = share(queue)
    with pytest.raises(LinkUnusable):
        use_link(link_hash=hash_token(token), user=cast.annotator)
    assert rights(queue, cast.annotator) is None
    assert uses(link) == 0


def test_who_was_removed_from_the_project_comes_by_no_queues_link(cast: Cast, queue: Queue) -> None:
    remove_person(project=cast.project, user=cast.member, actor=Actor.person(cast.manager))
    _, token = share(queue)
    with pytest.raises(LinkUnusable):
        use_link(link_hash=hash_token(token), user=cast.member)
    assert not Membership.objects.filter(user=cast.member).exists()


def test_the_deactivated_are_not_let_in(cast: Cast, queue: Queue) -> None:
    _, token = share(queue)
    with pytest.raises(LinkUnusable):
        use_link(link_hash=hash_token(token), user=cast.deactivated)


def test_a_superuser_does_not_annotate(cast: Cast, queue: Queue) -> None:
    link, token = share(queue)
    with pytest.raises(Refused, match="do not annotate"):
        use_link(link_hash=hash_token(token), user=cast.staff)
    assert uses(link) == 0


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_exactly_three_get_in(cast: Cast, queue: Queue) -> None:
    link, token = share(queue, max_uses=3)
    people = [factories.make_user(f"Racer {n}") for n in range(8)]
    come_together(token, people)
    assert Membership.objects.filter(user__in=people).count() == 3
    assert queue.members.filter(user__in=people, can_annotate=True).count() == 3
    assert uses(link) == 3


@pytest.mark.django_db(transaction=True)
def test_one_person_in_four_tabs_uses_one_up(cast: Cast, queue: Queue) -> None:
    link, token = share(queue, max_uses=3)
    come_together(token, [cast.stranger] * 4)
    assert rights(queue, cast.stranger) == (True, False)
    assert uses(link) == 1


def come_together(token: str, people: list[User]) -> None:
    together = Barrier(len(people))

    def come(user: User) -> None:
        try:
            together.wait(60)
            use_link(link_hash=hash_token(token), user=user)
        except LinkUnusable:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as threads:
        list(threads.map(come, people))
