"""The Django admin for superusers: people, projects, events; for nobody else."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from annotate_site.projects.actions import change_project
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Event, Membership, Project, User
from queues.actions.assignment.claiming import claim_next
from queues.models import Slot

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def place(model: str, page: str, *arguments: object) -> str:
    return reverse(f"admin:projects_{model}_{page}", args=arguments)


def form_of(user: User, **more: str) -> dict[str, str]:
    """What the change form sends: boxes only where ticked."""
    boxes = ("is_active", "is_staff", "is_superuser")
    return {"name": user.name} | {box: "on" for box in boxes if getattr(user, box)} | more


def change(browser: Client, user: User, form: dict[str, str]) -> bytes:
    response = browser.post(place("user", "change", user.pk), form, follow=True)
    return response.content


def test_a_superuser_creates_a_person_who_can_sign_in(cast: Cast, browser_of: Browser) -> None:
    new = {
        "email": "Nora@Example.org", "name": "Nora New", "usable_password": "true",
        "password1": factories.PASSWORD, "password2": factories.PASSWORD,
    }  # fmt: skip
    browser_of(cast.staff).post(place("user", "add"), new)
    user = User.objects.get(email="nora@example.org")
    assert user.check_password(factories.PASSWORD)
    assert not user.is_staff


def test_an_address_is_taken_whatever_its_case(cast: Cast, browser_of: Browser) -> None:
    new = {"email": cast.member.email.upper(), "name": "Again", "usable_password": "false"}
    response = browser_of(cast.staff).post(place("user", "add"), new)
    assert b"already an account with this e-mail" in response.content
    assert User.objects.filter(email__iexact=cast.member.email).count() == 1


def test_deactivating_ends_holds_and_sessions_and_keeps_the_membership(
    cast: Cast, browser_of: Browser
) -> None:
    queue = factories.make_queue(
        cast.project, by=cast.manager, annotators=[cast.annotator], items=1
    )
    claim_next(queue_id=queue.pk, user=cast.annotator)
    theirs = browser_of(cast.annotator)
    form = form_of(cast.annotator)
    del form["is_active"]
    change(browser_of(cast.staff), cast.annotator, form)
    cast.annotator.refresh_from_db()
    assert not cast.annotator.is_active
    assert Slot.objects.get(queue=queue).state == "free"
    assert not queue.members.filter(user=cast.annotator, removed_at=None).exists()
    assert theirs.get(reverse("home")).status_code == 302
    assert Membership.objects.filter(user=cast.annotator).exists()
    told = Event.objects.filter(attribute="account", actor=cast.staff)
    assert told.values_list("to_value", flat=True).get() == "deactivated"


def test_a_person_is_activated_again(cast: Cast, browser_of: Browser) -> None:
    cast.deactivated.refresh_from_db()
    change(browser_of(cast.staff), cast.deactivated, form_of(cast.deactivated, is_active="on"))
    assert User.objects.get(pk=cast.deactivated.pk).is_active


def test_a_project_left_without_a_manager_is_named(cast: Cast, browser_of: Browser) -> None:
    form = form_of(cast.manager)
    del form["is_active"]
    page = change(browser_of(cast.staff), cast.manager, form)
    assert b"Support agent has no active manager any more" in page


def test_nobody_locks_himself_out(cast: Cast, browser_of: Browser) -> None:
    change(browser_of(cast.staff), cast.staff, {"name": "Stefan", "is_staff": "on"})
    user = User.objects.get(pk=cast.staff.pk)
    assert (user.name, user.is_active, user.is_superuser) == ("Stefan", True, True)


def test_a_new_password_ends_the_persons_sessions(cast: Cast, browser_of: Browser) -> None:
    theirs = browser_of(cast.member)
    new = {
        "usable_password": "true",
        "password1": factories.PASSWORD,
        "password2": factories.PASSWORD,
    }
    browser_of(cast.staff).post(
        reverse("admin:auth_user_password_change", args=[cast.member.pk]), new
    )
    assert User.objects.get(pk=cast.member.pk).check_password(factories.PASSWORD)
    assert theirs.get(reverse("home")).status_code == 302


def test_a_superuser_makes_a_project_with_its_manager(cast: Cast, browser_of: Browser) -> None:
    browser = browser_of(cast.staff)
    new = {"name": "New", "slug": "new", "manager": cast.member.pk, "time_zone": "Asia/Tokyo"}
    browser.post(place("project", "add"), new)
    project = Project.objects.get(slug="new")
    assert project.time_zone == "Asia/Tokyo"
    assert project.created_by == cast.staff
    assert project.memberships.get().user == cast.member
    changed = {"name": "Newer", "slug": "moved", "time_zone": "Europe/Lisbon"}
    browser.post(place("project", "change", project.pk), changed)
    project.refresh_from_db()
    assert (project.name, project.slug) == ("Newer", "new")
    names = project.events.filter(attribute="name").order_by("id")
    assert list(names.values_list("from_value", "to_value")) == [("", "New"), ("New", "Newer")]
    zones = project.events.filter(attribute="time_zone")
    assert zones.values_list("from_value", "to_value").get() == ("Asia/Tokyo", "Europe/Lisbon")


def test_a_zone_that_does_not_exist_is_told_and_changes_nothing(
    cast: Cast, browser_of: Browser
) -> None:
    form = {"name": "Newer", "time_zone": "Mars/Olympus_Mons"}
    place_of = place("project", "change", cast.project.pk)
    assert (
        b"not one of the available choices" in browser_of(cast.staff).post(place_of, form).content
    )
    actor = Actor.person(cast.staff)
    with pytest.raises(ValidationError, match="There is no time zone 'Mars/Olympus_Mons'"):
        change_project(project=cast.project, name="x", time_zone="Mars/Olympus_Mons", actor=actor)
    cast.project.refresh_from_db()
    assert (cast.project.name, cast.project.time_zone) == ("Support agent", "UTC")


def test_events_are_read_and_never_written(cast: Cast, browser_of: Browser) -> None:
    queue = factories.make_queue(cast.project, by=cast.manager)
    event = Event.objects.filter(queue_id=queue.pk).earliest("id")
    browser = browser_of(cast.staff)
    assert str(queue.pk) in browser.get(place("event", "changelist")).content.decode()
    assert browser.get(place("event", "change", event.pk)).status_code == 200
    assert browser.post(place("event", "change", event.pk), {"reason": "x"}).status_code == 403
    assert browser.post(place("event", "delete", event.pk), {"post": "yes"}).status_code == 403
    assert browser.get(place("event", "add")).status_code == 403


def test_nobody_is_deleted(cast: Cast, browser_of: Browser) -> None:
    browser = browser_of(cast.staff)
    for model, pk in (("user", cast.stranger.pk), ("project", cast.other_project.pk)):
        response = browser.post(place(model, "delete", pk), {"post": "yes"})
        assert response.status_code == 403
    assert User.objects.filter(pk=cast.stranger.pk).exists()


@pytest.mark.parametrize("model", ["user", "project", "event"])
def test_staff_who_are_no_superusers_see_none_of_it(
    cast: Cast, browser_of: Browser, model: str
) -> None:
    User.objects.filter(pk=cast.manager.pk).update(is_staff=True)
    browser = browser_of(cast.manager)
    assert browser.get(place(model, "changelist")).status_code == 403
    assert place(model, "changelist") not in browser.get(reverse("admin:index")).content.decode()
    own = place("user", "change", cast.manager.pk)
    assert browser.post(own, form_of(cast.manager, is_superuser="on")).status_code == 403
    assert not User.objects.get(pk=cast.manager.pk).is_superuser


@pytest.mark.parametrize("who", ["manager", "member", "stranger"])
def test_others_do_not_get_into_the_admin(cast: Cast, browser_of: Browser, who: str) -> None:
    response = browser_of(getattr(cast, who)).get(place("user", "changelist"), follow=True)
    assert reverse("home") in [address for address, _ in response.redirect_chain]


def test_only_what_this_site_uses_is_listed(cast: Cast, browser_of: Browser) -> None:
    page = browser_of(cast.staff).get(reverse("admin:index")).content.decode()
    assert "/admin/projects/user/" in page
    assert "/admin/auth/group/" not in page
    assert "/admin/account/emailaddress/" not in page


def test_signing_in_for_the_admin_leads_back_to_it(cast: Cast, client: Client) -> None:
    cast.staff.set_password(factories.PASSWORD)
    cast.staff.save()
    asked = client.get(place("event", "changelist") + "?project=x&p=1", follow=True)
    login = asked.redirect_chain[-1][0]
    data = {"login": cast.staff.email, "password": factories.PASSWORD}
    data["next"] = asked.context["redirect_field_value"]
    assert login.startswith(reverse("account_login"))
    assert client.post(login, data)["Location"] == place("event", "changelist") + "?project=x&p=1"
