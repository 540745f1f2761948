"""The Django admin shows fields of managed projects, and changes none."""

from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import User
from tests.conftest import Cast
from tests.factories import join, make_field, make_user


def at(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_staff_manager_sees_the_fields_of_managed_projects_alone(cast: Cast) -> None:
    staff = make_user("Sven Aalto", is_staff=True)
    join(cast.project, staff, "manager")
    join(cast.other_project, staff, "viewer")
    mine = make_field(cast.project, "rating", name="Tone")
    foreign = make_field(cast.other_project, name="Foreign canary")
    listed = at(staff).get(reverse("admin:fields_field_changelist")).content.decode()
    assert "Tone" in listed
    assert "Rating, 1–5" in listed
    assert "Foreign canary" not in listed
    assert cast.other_project.name not in listed
    change = "admin:fields_field_change"
    assert at(staff).get(reverse(change, args=[mine.pk])).status_code == 200
    refused = at(staff).get(reverse(change, args=[foreign.pk]), follow=True)
    assert "Foreign canary" not in refused.content.decode()


def test_nothing_is_written_there_even_by_a_superuser(cast: Cast) -> None:
    field, boss = make_field(cast.project, name="Tone"), at(cast.staff)
    assert "Tone" in boss.get(reverse("admin:fields_field_changelist")).content.decode()
    assert boss.get(reverse("admin:fields_field_add")).status_code == 403
    for verb in ("change", "delete"):
        address = reverse(f"admin:fields_field_{verb}", args=[field.pk])
        assert boss.post(address, {"name": "Other", "post": "yes"}).status_code == 403
    field.refresh_from_db()
    assert field.name == "Tone"


def test_staff_who_manage_nothing_and_managers_who_are_not_staff_see_none(cast: Cast) -> None:
    make_field(cast.project)
    idle = make_user("Ines Kaur", is_staff=True)
    join(cast.project, idle, "viewer")
    page = reverse("admin:fields_field_changelist")
    assert at(idle).get(page).status_code == 403
    assert at(cast.manager).get(page).status_code == 302
