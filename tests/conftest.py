"""The cast: everyone who may knock at a page, and the project they knock at."""

import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django import Settings

from annotate_site import richtext
from annotate_site.projects.models import Membership, Project, User
from queues.models import Item
from reviews.invariants import check

from . import factories, tally
from .database import django_db_modify_db_settings as django_db_modify_db_settings
from .database import django_db_setup as django_db_setup

SOAK = bool(os.environ.get("SOAK"))
# Machines are shared: an example that stalls for a second is none that fails.
examples.register_profile(
    "patient",
    deadline=None,
    max_examples=400 if SOAK else 50,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.too_slow],
)
examples.load_profile("patient")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of what needs a core beside it, no two run at once, but in the soak, where nobody waits:
    there browsers run beside anything. A world is made in one process. Whatever tries examples is
    in the soak as well, with more of them.
    """
    for item in items:
        if SOAK and getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.soak)
        names = getattr(item, "fixturenames", ())
        needs_a_core = item.get_closest_marker("needs_a_core")
        if not SOAK and ("browser" in names or needs_a_core):
            item.add_marker(pytest.mark.xdist_group("a core of its own"))
        elif needs_a_core or "untouched_world" in names:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What has been loaded by now stays: no search for garbage looks through it again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of several hands its counts to the one that tells them."""
    handed: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if handed is not None:
        handed["tally"] = tally.handed()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    tally.take(getattr(node, "workeroutput", {}).get("tally", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the proofs counted, also where all of them held."""
    if told := tally.lines():
        terminalreporter.section("what was proven")
        for line in told:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def passwords_hash_quickly() -> Iterator[None]:
    """By the site's algorithm, at a thousandth of its price."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
            patch.setattr(Argon2PasswordHasher, name, value)
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_static_files() -> Iterator[None]:
    """The live server sends assets from where they are written, under their own names.

    WhiteNoise looks for a file when it is asked, and not through all of them for each client.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    storages = {**settings.STORAGES, "staticfiles": plain}
    with override_settings(STORAGES=storages, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session", autouse=True)
def signed_in_at_once() -> Iterator[None]:
    """A row and a cookie, without the steps of a sign-in, which tests of signing in take."""

    def force_login(self: Client, user: User, backend: str | None = None) -> None:
        self.cookies[settings.SESSION_COOKIE_NAME] = factories.make_session(user)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", force_login)
        yield


@pytest.fixture(autouse=True)
def guidelines_need_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What they look like is the same; a module about the process has a fixture of this name."""

    def render_here(source: bytes) -> bytes:
        from annotate_site.guidelines_child import render

        return render(source.decode()).encode()

    monkeypatch.setattr(richtext, "render_in_child", render_here)


@pytest.fixture(autouse=True)
def promises_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that leaves a queue behind, no invariant is broken.

    A test that breaks one to see it found has the mark `breaks_promises`.
    """
    marks = [request.node.get_closest_marker(name) for name in ("django_db", "breaks_promises")]
    asks = marks[0] is not None or {"db", "transactional_db"} & set(request.fixturenames)
    if not asks or marks[1] is not None:
        yield
        return
    request.getfixturevalue("db")  # so that this ends while the rows are still there
    yield
    if not connection.needs_rollback and Item.objects.exists():
        assert check() == []


@dataclass
class Cast:
    """One of each; `project` is theirs, `other_project` is the other manager's."""

    project: Project
    other_project: Project
    manager: User
    viewer: User
    member: User
    annotator: User
    second: User
    reviewer: User
    stranger: User
    other_manager: User
    staff: User
    deactivated: User


@pytest.fixture
def cast(db: None) -> Cast:
    project, other = factories.make_project(), factories.make_project("Elsewhere")
    names = {
        "manager": "Mina Castellanos", "viewer": "Viktor Lindqvist", "member": "Meera Pillai",
        "annotator": "Amara Nwosu", "second": "Tomasz Zielinski", "reviewer": "Rosa Delgado",
        "deactivated": "Dana Whitfield",
    }  # fmt: skip
    roles = {"manager": "manager", "viewer": "viewer"}
    people = {key: factories.new_user(name) for key, name in names.items()}
    outside = {
        "other_manager": factories.new_user("Oskar Berg"),
        "stranger": factories.new_user("Stella Nakamura"),
        "staff": factories.new_user("Stefan Ilic", is_staff=True, is_superuser=True),
    }
    people["deactivated"].is_active = False
    User.objects.bulk_create([*people.values(), *outside.values()])
    Membership.objects.bulk_create(
        [
            *(
                Membership(project=project, user=user, role=roles.get(key, "member"))
                for key, user in people.items()
            ),
            Membership(project=other, user=outside["other_manager"], role="manager"),
        ]
    )
    return Cast(project=project, other_project=other, **people, **outside)


@pytest.fixture
def browser_of() -> Callable[[User], Client]:
    """A signed-in client that checks CSRF no more than Django's own test client does."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def uploads(settings: Settings, tmp_path: Path) -> Path:
    """The folder that uploaded files go to in this test."""
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path)},
    }
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    return tmp_path
