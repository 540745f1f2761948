"""docker-compose.yml: its services, each by its own command, make a site that works."""

import http.client
import json
import re
import shelve
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from annotate_site.serving.listening import PROCESSES, THREADS
from tests.folders import open_folder
from tests.ports import free_port
from tests.site.composing import HOST, METRICS_TOKEN, ROOT, Composed, composed, dockerfile, services

pytestmark = pytest.mark.xdist_group("compose")

SITE_SERVICES = ("web", "worker", "beat")
WAIT_SECONDS = 90  # far more than it takes, on a busy machine
EMAIL, PASSWORD = "amara@example.org", "correct horse battery"
# A manager who annotates, a queue, three traces in it and two beside it; prints the queue's id.
SEED = f"""
from django.utils import timezone
from annotate_site.projects.actions import create_project, register_person
from annotate_site.projects.events import Actor
from fields.actions import create_field
from queues.actions.items.adding import add_traces, start_batch
from queues.actions.settings import Asked, create_queue
from queues.actions.status import activate_queue
from traces.models import Span, Trace
amara = register_person(email="{EMAIL}", name="Amara Nwosu", password="{PASSWORD}")
project = create_project(slug="support", name="Support", manager=amara)
field = create_field(project=project, by=amara, name="Correct", description="", kind="boolean",
                     settings={{}})
queue = create_queue(project=project, by=amara, settings={{"name": "Answers"}},
                     fields=[Asked(field)], annotators=[amara])
made = []
for n in range(5):
    trace = Trace.objects.create(project=project, trace_id=f"t{{n}}", name=f"trace {{n}}",
                                 start=timezone.now(), span_count=1)
    Span.objects.create(project=project, trace=trace, span_id="root", name="root", kind="agent",
                        inputs={{"text": "Where is my parcel?"}}, outputs={{"text": "Here."}})
    made.append(trace.pk)
batch = start_batch(queue=queue, by=amara, display={{"inputs": ["text"]}}, filter={{}})
add_traces(queue=queue, trace_ids=made[:3], batch=batch, actor=Actor.person(amara))
activate_queue(queue=queue, actor=Actor.person(amara))
print(queue.pk)
"""
# A job that is left to the worker: all traces into the queue, of which two are new.
JOB = f"""
from annotate_site.jobs import start_job
from annotate_site.projects.models import User
from queues.actions.items.adding import start_batch
from queues.models import Queue
queue, amara = Queue.objects.get(), User.objects.get(email="{EMAIL}")
batch = start_batch(queue=queue, by=amara, display={{"inputs": ["text"]}}, filter={{}})
job = start_job(project=queue.project, kind="add_to_queue", title="Add", by=amara, at_once=False,
                params={{"batch": batch.pk, "selection": "all=1"}})
print(job.pk)
"""


@dataclass
class Browser:
    """Speaks to the web service as the proxy in front of it does."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
        headers |= {"Referer": f"https://{HOST}/", "Cookie": self._cookie()}
        body = None if data is None else urlencode(data)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = response.read().decode()
        connection.close()
        if response.status in (301, 302):
            return response.status, response.headers["Location"]
        return response.status, text

    def get(self, path: str) -> str:
        status, text = self.ask("GET", path)
        assert status == 200, (path, status, text[:500])
        return text

    def post(self, path: str, page: str, **data: str) -> tuple[int, str]:
        """With the token that the page holds."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        return self.ask("POST", path, {"csrfmiddlewaretoken": token[1], **data})

    def sign_in(self) -> None:
        path = "/accounts/login/"
        status, where = self.post(path, self.get(path), login=EMAIL, password=PASSWORD)
        assert (status, where) == (302, "/")

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


@dataclass
class Served:
    site: Composed
    queue: str

    @property
    def path(self) -> str:
        return f"/p/support/annotate/queues/{self.queue}/"

    def browser(self) -> Browser:
        browser = Browser(self.site.port)
        browser.sign_in()
        return browser

    def ask(self, query: str) -> object:
        with psycopg.connect(self.site.database_url, autocommit=True) as connection:
            row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None

    def await_true(self, query: str) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not self.ask(query):
            assert time.monotonic() < deadline, f"{query}\n{self.site.said()}"
            time.sleep(0.5)

    def make_all_due(self) -> None:
        """Beat begins again, and finds from its own file that it has not run for an hour."""
        self.site.kill("beat")
        with shelve.open(self.site.app / "var" / "beat" / "schedule", writeback=True) as kept:
            for entry in kept["entries"].values():
                entry.last_run_at -= timedelta(hours=1)
        self.site.start("beat")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """The site as `docker compose up` leaves it: migrated once, then all services."""
    with open_folder() as folder, composed(folder, free_port()) as site:
        assert site.start("migrate").wait() == 0, site.said()
        queue = site.run("web", "python", "manage.py", "shell", "-v0", "-c", SEED).split()[-1]
        for service in SITE_SERVICES:
            site.start(service)
        for service in SITE_SERVICES:
            site.await_healthy(service)
        yield Served(site, queue)


@pytest.mark.timeout(300)
def test_an_annotator_signs_in_claims_and_submits(served: Served) -> None:
    browser = served.browser()
    page = browser.get(f"{served.path}workspace/")
    assert browser.post(f"{served.path}workspace/", page)[0] == 302
    page = browser.get(f"{served.path}workspace/")
    item = re.search(r'data-item="([^"]+)"', page)
    assert item
    hidden = dict(re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page))
    hidden.pop("csrfmiddlewaretoken", None)
    name = re.search(r'name="(f-[0-9a-f-]+)"', page)
    assert name
    submit = f"{served.path}items/{item[1]}/submit/"
    status, _ = browser.post(submit, page, **hidden, **{name[1]: "true"})
    assert status == 302
    assert served.ask(f"select status from queues_item where id = '{item[1]}'") == "completed"


@pytest.mark.timeout(300)
def test_the_worker_runs_a_job(served: Served) -> None:
    job = served.site.run("web", "python", "manage.py", "shell", "-v0", "-c", JOB).split()[-1]
    served.await_true(f"select finished_at is not null from projects_job where id = '{job}'")
    page = served.browser().get(f"/p/support/jobs/{job}/")
    assert "Done" in page
    assert served.ask(f"select result ->> 'added' from projects_job where id = '{job}'") == "2"


@pytest.mark.timeout(300)
def test_beat_has_lapsed_holds_ended(served: Served) -> None:
    browser = served.browser()
    browser.post(f"{served.path}workspace/", browser.get(f"{served.path}workspace/"))
    token = served.ask(
        "update queues_slot set expires_at = clock_timestamp() where state = 'held' returning token"
    )
    served.make_all_due()
    served.await_true(f"select ending = 'expired' from queues_reservation where token = '{token}'")
    assert served.ask("select actor_kind from projects_event order by id desc limit 1") == "beat"


@pytest.mark.timeout(300)
def test_readyz_hears_of_worker_and_beat(served: Served) -> None:
    served.await_true("select count(*) = 2 from projects_heartbeat")
    told = json.loads(Browser(served.site.port).get("/readyz"))
    assert told["redis"] == "ok"
    assert isinstance(told["worker_seconds_ago"], int)
    assert isinstance(told["beat_seconds_ago"], int)


@pytest.mark.timeout(300)
def test_metrics_add_up_what_all_web_processes_counted(served: Served) -> None:
    """A connection goes to any of the two processes, and so does Prometheus."""
    before = healthz_counted(served)
    for _ in range(60):
        Browser(served.site.port).get("/healthz")
    assert {healthz_counted(served) - before for _ in range(10)} == {60}


def healthz_counted(served: Served) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", served.site.port, timeout=30)
    headers = {"Host": HOST, "Authorization": f"Bearer {METRICS_TOKEN}"}
    connection.request("GET", "/metrics", headers=headers)
    text = connection.getresponse().read().decode()
    connection.close()
    labels = 'method="GET",route="healthz",status="200"'
    found = re.search(rf"^annotate_http_requests_total{{{labels}}} (\S+)$", text, re.M)
    return int(float(found[1])) if found else 0


@pytest.mark.timeout(300)
def test_a_service_that_is_gone_is_not_healthy_and_comes_back(served: Served) -> None:
    served.site.kill("web")
    assert not served.site.is_healthy("web")
    served.site.start("web")
    served.site.await_healthy("web")
    status, where = Browser(served.site.port).ask("GET", served.path)
    assert status == 302
    assert where.startswith("/accounts/login/")


def test_plain_http_is_sent_to_https(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.site.port, timeout=30)
    connection.request("GET", "/", headers={"Host": HOST})
    response = connection.getresponse()
    assert (response.status, response.headers["Location"]) == (301, f"https://{HOST}/")
    connection.close()


GIVEN = services(ALLOWED_HOSTS=HOST)


def test_the_web_server_has_the_processes_and_threads_of_make_run() -> None:
    size = ["--processes", str(PROCESSES), "--threads", str(THREADS)]
    assert GIVEN["web"]["command"][-4:] == size


def test_all_six_services_are_there_and_no_port_but_that_of_web_is_published() -> None:
    assert set(GIVEN) == {*SITE_SERVICES, "migrate", "postgres", "redis"}
    assert [name for name, one in GIVEN.items() if "ports" in one] == ["web"]
    assert GIVEN["web"]["ports"] == ["127.0.0.1:8000:8000"]


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_every_service_is_watched_and_started_again(name: str) -> None:
    if name == "migrate":
        assert GIVEN[name]["restart"] == "no"
        return
    assert GIVEN[name]["restart"] == "unless-stopped"
    assert GIVEN[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", [*SITE_SERVICES, "migrate", "postgres"])
def test_secrets_come_from_files(name: str) -> None:
    environment = GIVEN[name]["environment"]
    files = {value for key, value in environment.items() if key.endswith("_FILE")}
    assert files == {f"/run/secrets/{secret}" for secret in GIVEN[name]["secrets"]}
    assert not {"SECRET_KEY", "DATABASE_URL", "POSTGRES_PASSWORD"} & set(environment)


def test_the_file_asks_for_the_host_names() -> None:
    with pytest.raises(KeyError, match="ALLOWED_HOSTS"):
        services()


def test_the_image_runs_as_an_ordinary_user_and_gets_only_what_it_copies() -> None:
    lines = dockerfile()
    assert lines[-1] == ["USER", "annotate"]
    copied = {source for word, *rest in lines if word == "COPY" for source in rest[:-1]}
    let_in = (ROOT / ".dockerignore").read_text().split()
    assert let_in[0] == "*"
    assert copied == {line[1:] for line in let_in if line.startswith("!")}
    assert all((ROOT / Path(source)).exists() for source in copied)
