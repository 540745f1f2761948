"""Invitations: used once, by whom they are for, in time; only a hash is kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from annotate_site.projects import actions
from annotate_site.projects.actions import accept_invitation, make_invitation, revoke_invitation
from annotate_site.projects.errors import LinkUnusable
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Event, Invitation, Membership, User
from annotate_site.projects.queries import open_invitations
from annotate_site.projects.tokens import hash_token
from queues.actions.people.members import remove_person

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db


def invite(cast: Cast, role: str = "viewer", **more: timedelta) -> tuple[Invitation, str]:
    return make_invitation(project=cast.project, role=role, note="x", by=cast.manager, **more)


def role_of(cast: Cast, user: User) -> str | None:
    return cast.project.memberships.filter(user=user).values_list("role", flat=True).first()


def test_only_the_hash_of_the_token_is_stored(cast: Cast) -> None:
    _, token = invite(cast)
    kept = [str(value) for row in Invitation.objects.values_list() for value in row]
    kept += [str(value) for row in Event.objects.values_list() for value in row]
    assert len(token) >= 43
    assert not [value for value in kept if token in value]


def test_a_stranger_gets_the_role_once_and_the_next_one_nothing(cast: Cast) -> None:
    _, token = invite(cast)
    accept_invitation(link_hash=hash_token(token), user=cast.stranger)
    with pytest.raises(LinkUnusable):
        accept_invitation(link_hash=hash_token(token), user=cast.other_manager)
    assert role_of(cast, cast.stranger) == "viewer"
    assert role_of(cast, cast.other_manager) is None
    states = cast.project.events.filter(object_type="invitation").order_by("id")
    assert list(states.values_list("to_value", flat=True)) == ["open", "used"]


def expire(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(expires_at="2020-01-01T00:00Z")


def revoke(invitation: Invitation) -> None:
    revoke_invitation(invitation=invitation, actor=Actor.person(invitation.created_by))


def archive_project(invitation: Invitation) -> None:
    invitation.project.archived_at = "2020-01-01T00:00Z"
    invitation.project.save()


@pytest.mark.parametrize("spoil", [expire, revoke, archive_project])
def test_a_spoilt_invitation_lets_nobody_in(
    cast: Cast, spoil: Callable[[Invitation], None]
) -> None:
    invitation, token = invite(cast)
    spoil(invitation)
    with pytest.raises(LinkUnusable):
        accept_invitation(link_hash=hash_token(token), user=cast.stranger)
    assert role_of(cast, cast.stranger) is None


def test_a_used_invitation_cannot_be_revoked_and_a_revoked_one_not_twice(cast: Cast) -> None:
    used, token = invite(cast)
    accept_invitation(link_hash=hash_token(token), user=cast.stranger)
    other, _ = invite(cast)
    actor = Actor.person(cast.manager)
    assert not revoke_invitation(invitation=used, actor=actor)
    assert revoke_invitation(invitation=other, actor=actor)
    assert not revoke_invitation(invitation=other, actor=actor)
    assert not open_invitations(cast.project).exists()


def test_a_member_gains_by_it_but_never_loses_and_then_it_is_not_used_up(cast: Cast) -> None:
    _, token = invite(cast, "viewer")
    accept_invitation(link_hash=hash_token(token), user=cast.manager)
    assert role_of(cast, cast.manager) == "manager"
    accept_invitation(link_hash=hash_token(token), user=cast.annotator)
    assert role_of(cast, cast.annotator) == "viewer"


def test_the_deactivated_are_not_let_in(cast: Cast) -> None:
    Membership.objects.filter(user=cast.deactivated).delete()
    _, token = invite(cast)
    with pytest.raises(LinkUnusable):
        accept_invitation(link_hash=hash_token(token), user=cast.deactivated)


def test_who_was_removed_needs_an_invitation_made_after_that(cast: Cast) -> None:
    _, early = invite(cast)
    remove_person(project=cast.project, user=cast.member, actor=Actor.person(cast.manager))
    with pytest.raises(LinkUnusable):
        accept_invitation(link_hash=hash_token(early), user=cast.member)
    _, late = invite(cast)
    accept_invitation(link_hash=hash_token(late), user=cast.member)
    assert role_of(cast, cast.member) == "viewer"


@pytest.mark.parametrize("how", ["removed", "stepped down"])
def test_a_managers_open_invitations_end_with_his_role(cast: Cast, how: str) -> None:
    factories.join(cast.project, cast.stranger, "manager")
    _, token = invite(cast, "manager")
    actor = Actor.person(cast.stranger)
    if how == "removed":
        remove_person(project=cast.project, user=cast.manager, actor=actor)
    else:
        actions.change_role(project=cast.project, user=cast.manager, role="viewer", actor=actor)
    with pytest.raises(LinkUnusable):
        accept_invitation(link_hash=hash_token(token), user=cast.manager)


@pytest.mark.django_db(transaction=True)
def test_of_six_at_once_one_gets_in(cast: Cast) -> None:
    _, token = invite(cast)
    people = [factories.make_user(f"Racer {n}") for n in range(6)]
    together = Barrier(len(people))

    def come(user: User) -> None:
        try:
            together.wait(60)
            accept_invitation(link_hash=hash_token(token), user=user)
        except LinkUnusable:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as threads:
        list(threads.map(come, people))
    assert Membership.objects.filter(user__in=people).count() == 1
