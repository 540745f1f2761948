"""Every operation × every token: what each gets, and that nothing else is there to ask."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import Client
from ninja import Router

from annotate_site import sql
from annotate_site.api import urls
from annotate_site.api.root import ROUTERS
from annotate_site.projects.access import SCOPE_CAN, Can
from annotate_site.projects.actions import remove_member, set_active
from annotate_site.projects.events import SYSTEM
from annotate_site.projects.models import ApiToken, Job, User
from annotate_site.projects.token_actions import revoke_token
from queues.actions.assignment import claim_next
from queues.actions.people import add_members
from queues.models import Queue, Reservation, Rule, Slot
from tests import factories
from tests.conftest import Cast
from tests.reviews.scoring import by_model, score
from tests.traces.datasets.making import add, make_dataset
from traces.models import Upload

from .conftest import Make, Program
from .operations import (
    FIELD_ID,
    HELD_TOKEN,
    OPERATIONS,
    QUEUE_ID,
    RULE_ID,
    SCOPES,
    Operation,
    path_of,
    plain,
)

pytestmark = pytest.mark.django_db


class Walk:
    """Over the cells of a table: what one does is taken back, and what fails in it is noted."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    @contextmanager
    def cell(self, operation: Operation, more: str = "") -> Iterator[None]:
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        except AssertionError as failure:
            self.wrong.append(f"{operation.method} {operation.path} {more}: {failure}")


@pytest.fixture
def walk() -> Iterator[Walk]:
    walk = Walk()
    yield walk
    assert not walk.wrong, "\n".join(walk.wrong)


@pytest.fixture(autouse=True)
def _things(cast: Cast, uploads: Path) -> None:
    trace = factories.make_trace(cast.project, trace_id="here")
    add(make_dataset(cast.project, cast.manager, name="Here"), cast.manager, [trace])
    job = Job.objects.create(project=cast.project, kind="add_to_dataset", title="Add")
    Upload.objects.create(
        project=cast.project, created_by=cast.manager, filename="a", size=1, format="own", job=job
    )
    factories.make_trace(cast.other_project, trace_id="elsewhere")
    score(trace, by_model(), 0.25, name="Faithful")
    field = factories.make_field(cast.project, id=FIELD_ID)
    queue = factories.make_queue(cast.project, name="Refunds", id=QUEUE_ID, fields=[field])
    factories.add_items(queue, [factories.make_trace(cast.project)])
    Rule.objects.create(pk=RULE_ID, project=cast.project, queue=queue, name="Nightly", seed="1")


def hold(user: User) -> None:
    """They annotate in the queue, and have its item open."""
    queue = Queue.objects.get(pk=QUEUE_ID)
    add_members(queue=queue, users=[user], can_annotate=True, actor=SYSTEM)
    claimed = claim_next(queue_id=queue.pk, user=user)
    for model in (Slot, Reservation):
        model._default_manager.filter(token=claimed.token).update(token=HELD_TOKEN)


def ask(program: Program, operation: Operation, project: str) -> Any:
    return program.ask(operation.method, path_of(operation, project), operation.body)


def state() -> list[Any]:
    """What a refused request must not have changed."""
    counts = (
        "select (select count(*) from traces_trace) as traces,"
        " (select count(*) from queues_rule) as rules,"
        " (select count(*) from traces_savedview) as views,"
    )
    return [sql.one(f"{counts} (select count(*) from projects_event) as events")]


def test_every_operation_is_in_the_table() -> None:
    found = {
        (method, plain(path))
        for router in ROUTERS
        for path, view in router.path_operations.items()
        for one in view.operations
        for method in one.methods
    }
    assert found == {(one.method, one.path.partition("?")[0]) for one in OPERATIONS}


def test_an_operation_without_a_guard_stops_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Router()
    bare.get("/bare")(lambda request: None)
    monkeypatch.setattr(urls, "ROUTERS", (*ROUTERS, bare))
    with pytest.raises(ImproperlyConfigured, match="/bare has no guard"):
        urls._demand_guards()


@pytest.mark.parametrize("scope", SCOPES)
def test_each_scope(cast: Cast, program: Make, walk: Walk, scope: str) -> None:
    asking = program(scope)
    hold(cast.manager)
    for operation in OPERATIONS:
        with walk.cell(operation):
            before = state()
            response = ask(asking, operation, cast.project.slug)
            if scope in operation.scopes:
                assert response.status_code == operation.ok, response.content
                continue
            assert response.status_code == 403
            assert response.json()["code"] == "forbidden"
            assert scope in response.json()["title"]
            assert state()[0][:3] == before[0][:3]


@pytest.mark.parametrize("owner", ["manager", "viewer", "member"])
def test_each_owner_as_they_are_now(cast: Cast, program: Make, walk: Walk, owner: str) -> None:
    """The token was made by a manager, with every scope; the owner's role changed since."""
    user = factories.make_user("Ada Osei")
    membership = factories.join(cast.project, user, "manager")
    asking = program(by=user)
    membership.role = owner
    membership.save()
    hold(user)
    for operation in OPERATIONS:
        with walk.cell(operation):
            response = ask(asking, operation, cast.project.slug)
            expected = operation.ok if owner in operation.owners else 403
            assert response.status_code == expected, response.content


NUMBERED = [one for one in OPERATIONS if re.search(r"{score}|/versions/1/", one.path)]


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 4000, str(2**63), str(2**31), "0"])
def test_no_number_in_an_address_is_an_error_of_ours(
    cast: Cast, program: Make, walk: Walk, number: str
) -> None:
    asking = program()
    for one in NUMBERED:
        path = one.path.replace("{score}", number).replace("/versions/1/", f"/versions/{number}/")
        with walk.cell(one):
            before = state()
            response = ask(asking, one._replace(path=path), cast.project.slug)
            assert response.status_code == 404, response.content
            assert state() == before


def expire(cast: Cast, token: ApiToken) -> None:
    ApiToken.objects.filter(pk=token.pk).update(expires_at="2020-01-01T00:00Z")


def revoke(cast: Cast, token: ApiToken) -> None:
    revoke_token(token=token, actor=SYSTEM)


def remove_owner(cast: Cast, token: ApiToken) -> None:
    factories.join(cast.project, factories.make_user(), "manager")
    remove_member(project=cast.project, user=token.user, actor=SYSTEM)


def deactivate_owner(cast: Cast, token: ApiToken) -> None:
    set_active(user=token.user, active=False, actor=SYSTEM)


@pytest.mark.parametrize("end", [expire, revoke, remove_owner, deactivate_owner])
def test_a_token_that_has_ended_opens_nothing(
    cast: Cast, program: Make, walk: Walk, end: Callable[[Cast, ApiToken], None]
) -> None:
    asking = program()
    assert asking.token
    end(cast, asking.token)
    for operation in OPERATIONS:
        with walk.cell(operation):
            before = state()
            response = ask(asking, operation, cast.project.slug)
            assert response.status_code == 401
            assert response.headers["WWW-Authenticate"].endswith('error="invalid_token"')
            assert response.headers["Content-Type"] == "application/problem+json"
            assert asking.secret not in response.content.decode()
            assert state() == before


@pytest.mark.parametrize("secret", ["", "x" * 48, "short", "x" * 5000, "\u00e9" * 48])
def test_no_token_and_a_wrong_one(cast: Cast, walk: Walk, secret: str) -> None:
    for operation in OPERATIONS:
        with walk.cell(operation):
            before = state()
            response = ask(Program("", secret), operation, cast.project.slug)
            assert response.status_code == 401
            assert response.headers["WWW-Authenticate"].startswith('Bearer realm="annotate"')
            assert response.json()["code"] == "no_token"
            assert state() == before


@pytest.mark.parametrize("header", ["Basic {}", "{}", "Bearer  {}", "Bearer {} x", "Bearer"])
def test_a_header_of_another_form_opens_nothing(program: Make, header: str) -> None:
    given = {"Authorization": header.format(program().secret)}
    assert Client(headers=given).get("/api/v1/me").status_code == 401


def test_another_project_is_not_there(cast: Cast, program: Make, walk: Walk) -> None:
    asking = program()
    of_a_project = [one for one in OPERATIONS if "{project}" in one.path]
    for operation, slug in product(of_a_project, (cast.other_project.slug, "no-such-project")):
        with walk.cell(operation, slug):
            before = state()
            response = ask(asking, operation, slug)
            assert (response.status_code, response.json()["code"]) == (404, "not_found")
            assert state()[0][:3] == before[0][:3]


def test_a_trace_of_another_project_is_not_there(cast: Cast, program: Make) -> None:
    other = cast.other_project.traces.get()
    for name in ("elsewhere", other.pk):
        for method in ("GET", "DELETE"):
            assert program().traces(method, f"/{name}").status_code == 404
    assert cast.other_project.traces.count() == 1


def test_a_session_opens_nothing(cast: Cast, walk: Walk) -> None:
    browser = Client()
    browser.force_login(cast.manager)
    for operation in OPERATIONS:
        with walk.cell(operation):
            path = "/api/v1" + path_of(operation, cast.project.slug)
            assert browser.generic(operation.method, path).status_code == 401


def test_scopes_never_reach_what_only_a_person_may() -> None:
    """Making tokens and inviting people would let a token outlive its own end."""
    assert not any(Can.OWN_TOKENS in can for can in SCOPE_CAN.values())
