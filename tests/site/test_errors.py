"""A refusal that no view handles, and a database that could not do it in time: one answer each."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from annotate_site import sql
from annotate_site.errors import ATTEMPTS, PROBLEM, Refused, atomic_retry
from annotate_site.projects.models import Project
from queues.errors import NotMember

from .. import factories

FAILURE = "do $$ begin raise exception 'told to' using errcode = '{}'; end $$"
DEADLOCK, TOO_LATE, MISTAKE = (FAILURE.format(code) for code in ("40P01", "55P03", "22012"))


def refused(request: HttpRequest) -> HttpResponse:
    raise NotMember("You do not annotate in this queue.")


@transaction.atomic
def too_late(request: HttpRequest) -> HttpResponse:
    sql.run(TOO_LATE)
    return HttpResponse()


@transaction.atomic
def mistake(request: HttpRequest) -> HttpResponse:
    sql.run(MISTAKE)
    return HttpResponse()


urlpatterns = [
    path("my-work/", refused, name="my-work"),  # where the pages of errors lead
    path("refused/", refused),
    path("api/v1/refused/", refused),
    path("late/", too_late),
    path("mistake/", mistake),
]


@pytest.mark.urls(__name__)
class TestAnswer:
    def test_a_refusal_is_a_page_with_its_sentence_and_status(self, client: Client) -> None:
        response = client.get("/refused/")
        assert response.status_code == 403
        assert "You do not annotate in this queue." in response.content.decode()
        assert "<h1>" in response.content.decode()

    def test_for_htmx_it_is_a_message_beside_the_page(self, client: Client) -> None:
        response = client.get("/refused/", headers={"HX-Request": "true"})
        assert response.status_code == 403
        assert response.headers["HX-Retarget"] == "#messages"
        assert "You do not annotate in this queue." in response.content.decode()
        assert "<html" not in response.content.decode()

    @pytest.mark.parametrize(
        ("address", "headers"),
        [("/api/v1/refused/", {}), ("/refused/", {"Accept": PROBLEM})],
    )
    def test_for_a_program_it_is_problem_json(
        self, client: Client, address: str, headers: dict[str, str]
    ) -> None:
        response = client.get(address, headers=headers)
        assert (response.status_code, response.headers["Content-Type"]) == (403, PROBLEM)
        assert json.loads(response.content) == {
            "type": "about:blank",
            "title": "You do not annotate in this queue.",
            "status": 403,
            "code": "not_member",
        }

    @pytest.mark.django_db
    def test_a_lock_not_had_in_time_is_503_and_says_what_is_kept(self, client: Client) -> None:
        response = client.get("/late/")
        assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
        assert "Everything that was saved before is kept." in response.content.decode()

    @pytest.mark.django_db
    def test_a_mistake_in_a_statement_stays_an_error(self, client: Client) -> None:
        client.raise_request_exception = False
        assert client.get("/mistake/").status_code == 500


def test_a_refusal_may_bring_a_code_of_its_own() -> None:
    error = Refused("Too long.", code="too_long")
    assert (str(error), error.code, error.status) == ("Too long.", "too_long", 409)
    assert Refused.code == "refused"


@pytest.mark.django_db(transaction=True)
class TestRetry:
    def test_a_deadlock_repeats_the_whole_transaction(self) -> None:
        runs: list[int] = []

        @atomic_retry
        def work() -> int:
            factories.make_project("Written in each run")
            runs.append(1)
            if len(runs) < ATTEMPTS:
                sql.run(DEADLOCK)
            return len(runs)

        assert work() == ATTEMPTS
        assert Project.objects.filter(name="Written in each run").count() == 1

    def test_it_gives_up_after_some_attempts(self) -> None:
        runs: list[int] = []

        @atomic_retry
        def work() -> None:
            runs.append(1)
            sql.run(DEADLOCK)

        with pytest.raises(OperationalError):
            work()
        assert len(runs) == ATTEMPTS

    @pytest.mark.parametrize("statement", [TOO_LATE, FAILURE.format("57014")])
    def test_a_wait_that_was_too_long_is_not_repeated(self, statement: str) -> None:
        runs: list[int] = []

        @atomic_retry
        def work() -> None:
            runs.append(1)
            sql.run(statement)

        with pytest.raises(OperationalError):
            work()
        assert len(runs) == 1

    def test_within_another_transaction_the_outer_one_is_repeated(self) -> None:
        runs: list[str] = []

        @atomic_retry
        def inner() -> None:
            runs.append("inner")
            if len(runs) == 2:
                sql.run(DEADLOCK)

        @atomic_retry
        def outer() -> None:
            runs.append("outer")
            inner()

        outer()
        assert runs == ["outer", "inner", "outer", "inner"]

    def test_two_that_lock_each_others_rows_both_get_done(self) -> None:
        """Each holds the first row of its own before it asks for the other's."""
        pair = [factories.make_project(name) for name in ("One", "Two")]
        both_hold, runs = Barrier(2), []

        def work(order: list[Project]) -> None:
            first = True

            @atomic_retry
            def lock_both() -> None:
                nonlocal first
                runs.append(1)
                for project in order:
                    Project.objects.select_for_update().get(pk=project.pk)
                    if first:
                        first = False
                        both_hold.wait(timeout=30)

            try:
                lock_both()
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(work, pair), pool.submit(work, pair[::-1])]:
                done.result()
        assert len(runs) >= 3
