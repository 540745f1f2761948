"""Whoever is added to a queue by somebody else is told so, in the transaction that adds them."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries, Settings

from annotate_site.projects.events import Actor
from annotate_site.projects.models import Mail, Notice, User
from annotate_site.projects.tokens import hash_token
from queues.actions.people.links import make_link, use_link
from queues.actions.people.members import add_members, remove_member, set_rights
from queues.models import Queue
from queues.notices.actions import invited

from .. import factories
from ..conftest import Cast
from .telling import mails, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(cast: Cast) -> Queue:
    return factories.make_queue(cast.project, by=cast.manager)


def add(cast: Cast, queue: Queue, *users: User) -> None:
    add_members(queue=queue, users=users, actor=Actor.person(cast.manager), can_annotate=True)


def test_who_is_added_is_told(cast: Cast, queue: Queue) -> None:
    add(cast, queue, cast.annotator, cast.second)
    for user in (cast.annotator, cast.second):
        assert told(user) == [("invited", 0, True)]


def test_who_adds_themselves_is_not(cast: Cast, queue: Queue) -> None:
    add(cast, queue, cast.manager)
    _, token = make_link(queue=queue, by=cast.manager, lasting=timedelta(days=1))
    use_link(link_hash=hash_token(token), user=cast.stranger)
    assert told(cast.manager) == told(cast.stranger) == []


def test_a_further_right_is_told_and_a_lost_one_is_not(cast: Cast, queue: Queue) -> None:
    add(cast, queue, cast.annotator)
    Notice.objects.update(read_at="2026-01-01T00:00Z")
    add(cast, queue, cast.annotator)
    assert told(cast.annotator) == [("invited", 0, False)]
    actor = Actor.person(cast.manager)
    rights = partial(set_rights, queue=queue, user=cast.annotator, actor=actor, can_annotate=True)
    rights(can_review=True)
    assert told(cast.annotator) == [("invited", 0, True)]
    Notice.objects.update(read_at="2026-01-01T00:00Z")
    rights(can_review=False)
    assert told(cast.annotator) == [("invited", 0, False)]


def test_who_is_removed_and_added_again_is_told_again(cast: Cast, queue: Queue) -> None:
    add(cast, queue, cast.annotator)
    remove_member(queue=queue, user=cast.annotator, actor=Actor.person(cast.manager))
    assert told(cast.annotator) == []
    add(cast, queue, cast.annotator)
    assert told(cast.annotator) == [("invited", 0, True)]


def test_what_is_rolled_back_was_never_told(cast: Cast, queue: Queue) -> None:
    with transaction.atomic():
        add(cast, queue, cast.annotator)
        transaction.set_rollback(True)
    assert told(cast.annotator) == []


def test_a_thousand_annotators_invited_at_once(
    cast: Cast,
    queue: Queue,
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """One statement writes their notices and mails, and one row of the outbox says they are due."""
    settings.EMAIL_HOST = "mail.example.org"
    people = User.objects.bulk_create(
        [User(email=f"many{number}@example.org", name=f"Many {number}") for number in range(1000)]
    )
    with django_assert_num_queries(3):
        invited(project_id=cast.project.pk, queue_id=queue.pk, people=[one.pk for one in people])
    assert Notice.objects.filter(kind="invited", user__in=people).count() == 1000
    assert Mail.objects.filter(ended_at=None).count() == 1000


def test_without_a_mail_server_no_mail_is_written(cast: Cast, queue: Queue) -> None:
    add(cast, queue, cast.annotator)
    assert mails() == []
