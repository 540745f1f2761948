"""The services of docker-compose.yml as plain processes, where no container engine is at hand.

Their commands, environments and health checks are read from the file. The image is what its
Dockerfile copies and makes, in a folder; embedded servers stand in for PostgreSQL and Redis.
"""

import os
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.site import servers

ROOT = servers.SITE
HEALTHY_SECONDS = 90  # far more than it takes, on a busy machine
HOST = "annotate.test"
METRICS_TOKEN = "a-token-of-more-than-twenty-characters"
VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}")
IN_THE_IMAGE = ("PATH", "LANG", "LC_ALL", "PYTHONUNBUFFERED")


def fill(value: Any, given: dict[str, str]) -> Any:
    """Variables as Compose fills them in: ${A}, ${A:-default}, ${A:?sentence}, $$."""

    def one(found: re.Match[str]) -> str:
        name, kind, text = found.groups()
        if name is None:
            return "$"
        if not given.get(name) and kind == "?":
            raise KeyError(f"{name}: {text}")
        return given.get(name) or text or ""

    if isinstance(value, str):
        return VARIABLE.sub(one, value)
    if isinstance(value, list):
        return [fill(part, given) for part in value]
    if isinstance(value, dict):
        return {key: fill(part, given) for key, part in value.items()}
    return value


def services(**given: str) -> dict[str, Any]:
    """The services of the file, with these values where Compose would take them from .env."""
    file = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    found: dict[str, Any] = fill(file["services"], given)
    return found


def dockerfile() -> list[list[str]]:
    """The instructions, each in words."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [shlex.split(line) for line in lines]


def build_image(folder: Path) -> None:
    """What the Dockerfile copies, and what its `manage.py` makes of it."""
    for word, *rest in dockerfile():
        if word == "COPY":
            *sources, target = rest
            for source in sources:
                into = source if target.endswith("/") else ""
                _copy(ROOT / source, folder / target / into)
        elif word == "RUN" and "manage.py" in rest:
            command = shlex.join(rest).replace("SECRET_KEY=unused", "env SECRET_KEY=unused")
            subprocess.run(["sh", "-c", command], cwd=folder, env=_plain(), check=True)
    for name in ("uploads", "beat"):
        (folder / "var" / name).mkdir(parents=True)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _plain() -> dict[str, str]:
    """The environment that the image brings along; `python` is ours."""
    ours = {name: os.environ[name] for name in IN_THE_IMAGE if name in os.environ}
    return ours | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


class Composed:
    """The services, to be started and stopped one by one."""

    def __init__(self, folder: Path, *, database_url: str, redis_url: str, port: int) -> None:
        self.app, self.port = folder / "app", port
        self.secrets, self.log = folder / "secrets", folder / "site.log"
        self.database_url = database_url
        self.services = services(
            REDIS_URL=redis_url, ALLOWED_HOSTS=HOST, PORT=str(port), METRICS_TOKEN=METRICS_TOKEN
        )
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.secrets.mkdir(parents=True)
        (self.secrets / "secret_key").write_text(secrets.token_urlsafe(60))
        (self.secrets / "database_url").write_text(database_url)
        build_image(self.app)

    def environment(self, service: str) -> dict[str, str]:
        """As in the container, but for where its secrets lie."""
        given = self.services[service]["environment"]
        moved = {
            name: str(value).replace("/run/secrets", str(self.secrets))
            for name, value in given.items()
        }
        return _plain() | moved

    def start(self, service: str) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                self.services[service]["command"],
                cwd=self.app,
                env=self.environment(service),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running[service] = process
        return process

    def is_healthy(self, service: str) -> bool:
        """One run of the service's own health check."""
        kind, *test = self.services[service]["healthcheck"]["test"]
        command = ["sh", "-c", *test] if kind == "CMD-SHELL" else test
        with self.log.open("ab") as log:
            done = subprocess.run(
                command, cwd=self.app, env=self.environment(service), stdout=log, stderr=log
            )
        return done.returncode == 0

    def await_healthy(self, service: str) -> None:
        deadline = time.monotonic() + HEALTHY_SECONDS
        while not self.is_healthy(service):
            assert self.running[service].poll() is None, f"{service} ended:\n{self.said()}"
            assert time.monotonic() < deadline, f"{service} is not healthy:\n{self.said()}"
            time.sleep(0.5)

    def run(self, service: str, *command: str) -> str:
        """A command in the service's surroundings, as `docker compose run`; what it printed."""
        done = subprocess.run(
            command,
            cwd=self.app,
            env=self.environment(service),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kill(self, service: str) -> None:
        """The service and what it started, without a chance to say good-bye."""
        process = self.running.pop(service)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """As Compose does: SIGTERM, then SIGKILL for what remains."""
        for process in self.running.values():
            process.terminate()
        for service, process in list(self.running.items()):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill(service)

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]


@contextmanager
def composed(folder: Path, port: int) -> Iterator[Composed]:
    """The site before its first start, with servers of its own; everything ends with the block."""
    with servers.using(folder) as user:
        site = Composed(
            folder / "image", database_url=user.database_url, redis_url=user.redis_url, port=port
        )
        try:
            yield site
        finally:
            site.stop()
