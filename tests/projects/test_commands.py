"""The operator's commands: a first project with its manager, and the demo's sign-in links."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import Project, SignInLink, User

from .. import factories
from ..conftest import Cast

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_first_manager_gets_in_without_mail() -> None:
    told = run("create_project", "support", "Support agent", "--manager", "Boss@Example.org")
    found = re.search(r"http://127\.0\.0\.1:\d+(/set-password/\S+)", told)
    assert found
    browser = Client()
    browser.get(found[1])
    browser.post("/set-password/", {"password": factories.PASSWORD})
    people = reverse("people:person-list", kwargs={"project": "support"})
    assert browser.get(people).status_code == 200
    assert "boss@example.org" in told


def test_the_time_zone_of_a_project_is_chosen_with_it() -> None:
    told = ["create_project", "support", "Support agent", "--manager", "boss@example.org"]
    with pytest.raises(CommandError, match="There is no time zone 'Berlin'"):
        run(*told, "--time-zone", "Berlin")
    run(*told, "--time-zone", "Europe/Berlin")
    assert Project.objects.get().time_zone == "Europe/Berlin"


def test_a_manager_who_has_a_password_signs_in_as_before(cast: Cast) -> None:
    cast.manager.set_password(factories.PASSWORD)
    cast.manager.save()
    told = run("create_project", "second", "Second", "--manager", cast.manager.email.upper())
    assert "/accounts/login/" in told
    assert "set-password" not in told
    assert Project.objects.get(slug="second").memberships.get().user == cast.manager


def test_the_address_of_the_site_may_be_told() -> None:
    told = run(
        "create_project", "a", "A", "--manager", "b@example.org", "--site", "https://ann.example/"
    )
    assert "https://ann.example/set-password/" in told


@pytest.mark.parametrize(
    ("slug", "email"), [("taken", "new@example.org"), ("two words", "new@example.org"), ("a", "x")]
)
def test_a_wrong_argument_makes_neither_project_nor_person(slug: str, email: str) -> None:
    factories.make_project(slug="taken")
    with pytest.raises(CommandError):
        run("create_project", slug, "A", "--manager", email)
    assert Project.objects.count() == 1
    assert not User.objects.exists()


def test_every_active_person_of_the_demo_gets_a_link_that_works(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "8123")
    Project.objects.filter(pk=cast.project.pk).update(slug="demo")
    User.objects.filter(pk=cast.manager.pk).update(is_staff=True)
    told = run("signin_links")
    links = re.findall(r"http://127\.0\.0\.1:8123(/sign-in/\S+/)", told)
    assert len(links) == SignInLink.objects.count() == 6
    assert told.index("Mina Castellanos (manager, site staff)") < told.index("Viktor Lindqvist")
    assert "Dana Whitfield" not in told
    browser = Client()
    assert browser.post(links[0])["Location"] == reverse("home")
    assert browser.session["_auth_user_id"] == str(cast.manager.pk)


def test_without_a_demo_there_are_no_links() -> None:
    with pytest.raises(CommandError, match="load_demo"):
        run("signin_links")
