"""Projects and memberships: who gets in, who changes what, and that a manager remains."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from annotate_site.errors import Refused
from annotate_site.projects import actions
from annotate_site.projects.errors import LastManager, NotInProject
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Membership, Project, Role, User

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db


def role_of(project: Project, user: User) -> str | None:
    return project.memberships.filter(user=user).values_list("role", flat=True).first()


def told(project: Project) -> list[tuple[str, str, str]]:
    events = project.events.filter(object_type__in=("membership", "project")).order_by("id")
    return list(events.values_list("attribute", "from_value", "to_value"))


def test_a_new_project_has_its_manager_and_two_events() -> None:
    manager = factories.make_user()
    project = actions.create_project(slug="fresh", name="Fresh", manager=manager)
    assert role_of(project, manager) == "manager"
    assert told(project) == [("name", "", "Fresh"), ("role", "", "manager")]


@pytest.mark.parametrize("slug", ["Two words", "a/b", "", "x" * 61])
def test_a_slug_that_cannot_be_an_address_is_refused(slug: str) -> None:
    with pytest.raises(ValidationError):
        actions.create_project(slug=slug, name="Fresh", manager=factories.make_user())
    assert not Project.objects.exists()


def test_a_slug_is_taken_once(cast: Cast) -> None:
    with pytest.raises(Refused, match="already"):
        actions.create_project(slug=cast.project.slug, name="Again", manager=cast.stranger)
    assert not Membership.objects.filter(user=cast.stranger).exists()


def test_a_member_is_added_once_with_an_event(cast: Cast) -> None:
    actor = Actor.person(cast.manager)
    actions.add_member(project=cast.project, user=cast.stranger, role=Role.VIEWER, actor=actor)
    with pytest.raises(Refused, match="already"):
        actions.add_member(project=cast.project, user=cast.stranger, role="manager", actor=actor)
    assert role_of(cast.project, cast.stranger) == "viewer"
    assert told(cast.project) == [("role", "", "viewer")]


def test_nobody_deactivated_is_added(cast: Cast) -> None:
    actor = Actor.person(cast.other_manager)
    with pytest.raises(Refused, match="deactivated"):
        actions.add_member(
            project=cast.other_project, user=cast.deactivated, role="viewer", actor=actor
        )


def test_a_role_changes_with_its_event_and_the_same_role_says_nothing(cast: Cast) -> None:
    actor = Actor.person(cast.manager)
    for role in ("viewer", "viewer", "manager"):
        actions.change_role(project=cast.project, user=cast.member, role=role, actor=actor)
    assert told(cast.project) == [("role", "member", "viewer"), ("role", "viewer", "manager")]


def test_the_last_manager_neither_steps_down_nor_is_removed(cast: Cast) -> None:
    actor = Actor.person(cast.manager)
    with pytest.raises(LastManager, match="Make somebody else a manager first"):
        actions.change_role(project=cast.project, user=cast.manager, role="viewer", actor=actor)
    with pytest.raises(LastManager):
        actions.remove_member(project=cast.project, user=cast.manager, actor=actor)
    assert role_of(cast.project, cast.manager) == "manager"
    assert told(cast.project) == []


def test_a_deactivated_manager_does_not_count_as_the_one_who_remains(cast: Cast) -> None:
    Membership.objects.filter(user=cast.deactivated).update(role=Role.MANAGER)
    with pytest.raises(LastManager):
        actions.change_role(
            project=cast.project,
            user=cast.manager,
            role="viewer",
            actor=Actor.person(cast.manager),
        )


def test_a_person_of_another_project_is_no_member_here(cast: Cast) -> None:
    actor = Actor.person(cast.manager)
    with pytest.raises(NotInProject):
        actions.change_role(
            project=cast.project, user=cast.other_manager, role="viewer", actor=actor
        )
    assert role_of(cast.other_project, cast.other_manager) == "manager"


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_step_down_at_once_leave_one(cast: Cast) -> None:
    people = [cast.manager, cast.viewer]
    Membership.objects.filter(project=cast.project, user=cast.viewer).update(role="manager")
    together = Barrier(2)

    def step_down(user: User) -> bool:
        try:
            together.wait(60)
            actions.change_role(
                project=cast.project, user=user, role="viewer", actor=Actor.person(user)
            )
        except LastManager:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(step_down, people))
    assert sorted(done) == [False, True]
    assert cast.project.memberships.filter(role="manager").count() == 1
