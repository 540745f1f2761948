"""The real site as processes, each by the command of docker-compose.yml, and ways to hurt it.

What is killed is started again at once, and what ends by itself too, as Compose's `restart:
unless-stopped` does: a port, for one, may be taken until the last of those killed is gone.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from tests.ports import free_port
from tests.site import servers
from tests.site.composing import Composed, composed

RECOVER_SECONDS = 90  # far more than it takes, on a busy machine
# Annotators with a session each, a queue of traces that asks for a text; prints what to know.
SEED = """
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from annotate_site.projects.sessions import SessionStore
from django.utils import timezone
from annotate_site.projects.actions import create_project, register_person
from annotate_site.projects.events import Actor
from annotate_site.projects.models import Membership, User
from annotate_site.projects.sign_in import BACKEND
from fields.actions import create_field
from queues.actions.items.adding import add_traces, start_batch
from queues.actions.settings import Asked, create_queue
from queues.actions.status import activate_queue
from traces.models import Span, Trace
people, items, required, slug = {people}, {items}, {required}, "{slug}"
mina = register_person(email=f"mina@{{slug}}.example.org", name="Mina",
                       password="correct horse battery")
project = create_project(slug=slug, name=slug, manager=mina)
words = create_field(project=project, by=mina, name="Words", description="", kind="text",
                     settings={{}})
users, sessions = [], {{}}
for n in range(people):
    user = User.objects.create(email=f"person{{n}}@{{slug}}.example.org", name=f"Annotator {{n}}")
    Membership.objects.create(project=project, user=user, role="member")
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.set_expiry(1000 * 24 * 3600)  # some clocks will be far ahead
    session.create()
    users.append(user)
    sessions[user.pk] = session.session_key
made = [Trace(project=project, trace_id=f"t{{n}}", name=f"trace {{n}}", start=timezone.now(),
              span_count=1) for n in range(items)]
Trace.objects.bulk_create(made, batch_size=1000)
Span.objects.bulk_create(
    [Span(project=project, trace=trace, span_id="root", name="root", kind="agent",
          inputs={{"text": "Where is my parcel?"}}, outputs={{"text": "Here."}}) for trace in made],
    batch_size=1000)
queue = create_queue(project=project, by=mina, fields=[Asked(words)], annotators=users,
                     settings={{"name": "Answers", "annotations_required": required}})
batch = start_batch(queue=queue, by=mina, display={{"inputs": ["text"]}}, filter={{}})
add_traces(queue=queue, trace_ids=[t.pk for t in made], batch=batch, actor=Actor.person(mina))
activate_queue(queue=queue, actor=Actor.person(mina))
print(json.dumps({{"queue": str(queue.pk), "field": str(words.pk), "sessions": sessions}}))
"""


@dataclass(frozen=True)
class Campaign:
    """One queue of the site and the sessions of its annotators, by user id."""

    slug: str
    queue: str
    field: str
    sessions: dict[int, str]


class Site:
    """Everything that runs, and the faults that can be done to it."""

    def __init__(self, folder: Path, composed: Composed) -> None:
        self.folder, self.composed = folder, composed
        self.faults: Counter[str] = Counter()
        self.last = ""  # of the faults
        self.seeded = 0
        self.users: list[servers.User] = []  # who keep the embedded servers alive

    @property
    def port(self) -> int:
        return self.composed.port

    def seed(self, *, people: int, items: int, required: int) -> Campaign:
        self.seeded += 1
        slug = f"trust{self.seeded}"
        script = SEED.format(people=people, items=items, required=required, slug=slug)
        said = self.composed.run("web", "python", "manage.py", "shell", "-v0", "-c", script)
        told = json.loads(said.splitlines()[-1])
        sessions = {int(pk): key for pk, key in told["sessions"].items()}
        return Campaign(slug, told["queue"], told["field"], sessions)

    def start(self, *services: str) -> None:
        for service in services:
            if service not in self.composed.running:
                self.composed.start(service)

    def start_again(self) -> None:
        """Whatever has ended by itself."""
        for service, process in list(self.composed.running.items()):
            if process.poll() is not None:
                self.faults[f"{service} ended and was started again"] += 1
                self.composed.start(service)

    def end(self, *services: str) -> None:
        for service in services:
            if service in self.composed.running:
                self.composed.kill(service)

    def ask(self, query: str, *params: Any) -> list[Any]:
        """Rows of the database, once it answers."""
        deadline = time.monotonic() + RECOVER_SECONDS
        while True:
            try:
                with psycopg.connect(self.composed.database_url, autocommit=True) as connection:
                    done = connection.execute(query.encode(), params)
                    return done.fetchall() if done.description else []
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, "PostgreSQL does not come back"
                time.sleep(0.05)

    def await_serving(self, port: int | None = None) -> None:
        deadline = time.monotonic() + RECOVER_SECONDS
        while not is_serving(port or self.port):
            assert time.monotonic() < deadline, self.composed.said()
            time.sleep(0.05)

    def check_invariants(self) -> str:
        """What the command prints; it fails where a promise is broken."""
        return self.composed.run("web", "python", "manage.py", "check_invariants")

    # Faults. Each leaves a site that can serve again.

    def kill_web(self) -> None:
        self._kill_and_start("web")

    def kill_web_process(self) -> None:
        """One of the processes that serve; its parent starts another."""
        children = servers.descendants(self.composed.running["web"].pid)
        leaves = [pid for pid in children if not servers.descendants(pid)]
        self._kill(min(leaves, default=None))

    def kill_worker(self) -> None:
        self._kill_and_start("worker")

    def kill_beat(self) -> None:
        self._kill_and_start("beat")

    def _kill_and_start(self, service: str) -> None:
        self.composed.kill(service)
        self.composed.start(service)

    def kill_session_of_postgres(self) -> None:
        """One backend: PostgreSQL then ends all sessions and recovers from its log."""
        rows = self.ask(
            "select pid from pg_stat_activity where backend_type = 'client backend'"
            " and pid <> pg_backend_pid() order by query_start desc nulls last limit 1"
        )
        self._kill(rows[0][0] if rows else None)

    def kill_postgres(self) -> None:
        """The postmaster, and so all of it; somebody who needs it starts it again."""
        self._kill(servers.server_pids(self.folder)[0])
        self._provide_again()

    def kill_redis(self) -> None:
        self._kill(servers.server_pids(self.folder)[1])
        self._provide_again()

    def _provide_again(self) -> None:
        user = servers.User(self.folder)
        user.await_servers()
        self.users.append(user)

    @contextmanager
    def redis_stopped(self) -> Iterator[None]:
        """It accepts connections and never answers: worse than being away."""
        pid = servers.server_pids(self.folder)[1]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def _kill(self, pid: int | None) -> None:
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def hurts(self, chance: Random, count: int) -> Iterator[Callable[[], None]]:
        """So many faults: all kinds in turns, shuffled in each."""
        kinds: list[Callable[[], None]] = [
            self.kill_web, self.kill_web_process, self.kill_web_process, self.kill_worker,
            self.kill_beat, self.kill_postgres, self.kill_session_of_postgres, self.kill_redis,
        ]  # fmt: skip
        for number in range(count):
            if number % len(kinds) == 0:
                chance.shuffle(kinds)
            kind = kinds[number % len(kinds)]
            self.faults[kind.__name__] += 1
            self.last = f"{kind.__name__}, the {number + 1}th"
            yield kind


def is_serving(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(2)
        return client.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def hurtable(folder: Path) -> Iterator[Site]:
    """The site, migrated, with nothing running but its servers."""
    with composed(folder, free_port()) as services:
        site = Site(folder, services)
        assert services.start("migrate").wait() == 0, services.said()
        services.running.pop("migrate")
        try:
            yield site
        finally:
            services.stop()
            services.running.clear()
            for user in site.users:
                user.end()


@contextmanager
def another_web(site: Site, **environment: str) -> Iterator[int]:
    """A second web server on the same database, in another environment; its port."""
    port = free_port()
    command = [
        str(port) if part == str(site.port) else part
        for part in site.composed.services["web"]["command"]
    ]
    with site.composed.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable if command[0] == "python" else command[0], *command[1:]],
            cwd=site.composed.app,
            env=site.composed.environment("web") | environment,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        site.await_serving(port)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
