"""The whole site in one terminal: `python -m annotate_site.local.supervisor`, which is `make run`.

Starts the embedded servers where the environment names none, brings the database up to date,
and runs web server, worker and beat until Ctrl-C, SIGTERM, or the end of one of them.
"""

import ipaddress
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

from annotate_site.health import is_healthy
from annotate_site.local.children import ChildDied, Children
from annotate_site.local.embedded import EmbeddedError, provide, release, running
from annotate_site.local.environment import use_local_settings, var_folder

ROOT = Path(__file__).resolve().parent.parent.parent
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HEALTHY_SECONDS = 60
# Celery's: root is dangerous where messages can hold code, and ours are JSON only.
NO_ROOT_WARNING = "ignore:You're running the worker with superuser privileges"
WEB_WORKERS = 2  # processes, for two cores
WEB_THREADS = 4  # of each: a thread mostly waits for the database


class Refused(Exception):
    """The site cannot serve; the message is a sentence."""


class Stopped(BaseException):
    """Somebody asked the site to end.

    Not KeyboardInterrupt: Python remembers one that passed through `exec` of a text, which the
    making of a dataclass is, and ends by SIGINT whatever status the program then returns.
    """


def main() -> int:
    """Serve until told to stop (0), or until something fails (1)."""
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    children = Children()
    try:
        serve(children, *address())
    except Stopped:
        print("Stopping.", flush=True)
        return 0
    except (ChildDied, EmbeddedError, Refused) as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    finally:
        _ignore_signals()
        children.stop()
        release()


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Once: Ctrl-C under `make` may come as more than one signal."""
    _ignore_signals()
    raise Stopped


def _ignore_signals() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def address() -> tuple[str, int]:
    """HOST and PORT to serve at. Raises Refused when they cannot be had."""
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Refused(f"PORT must be a number from 1 to 65535, not {text!r}.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(text)))
        except OSError as error:
            raise Refused(
                f"Cannot serve at {host}, port {text}: {error.strerror}. Stop what serves there, "
                f"or choose another port, for instance: PORT={int(text) % 65535 + 1} make run"
            ) from error
    return host, int(text)


def serve(children: Children, host: str, port: int) -> NoReturn:
    """Bring everything up, print how to get in, and watch. Ends by an exception only."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate_site.settings")
    os.environ["HOST"], os.environ["PORT"] = host, str(port)
    use_local_settings(ROOT, always=True)
    provide(ROOT)
    print("Preparing the database.", flush=True)
    _prepare()
    _start(children, "web", web_command(host, port), 4)
    await_health(children, host, port)
    _start_worker_and_beat(children)  # no page needs them, and two cores are few
    print(f"\nServing at http://{_for_people(host)}:{port}/ (Ctrl-C stops it).\n", flush=True)
    _invite(host)
    while running():
        children.listen(1)
    raise Refused(f"An embedded server has stopped: see {var_folder(ROOT) / 'log'}.")


def _prepare() -> None:
    """In this process: a second start-up of Python and Django would take a second or two."""
    import django  # reads the settings, so not before the servers are there
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import OperationalError

    try:
        django.setup()
        from annotate_site.local.preparing import prepare

        prepare()
    except (CommandError, ImproperlyConfigured, OperationalError) as error:
        raise Refused(str(error).strip()) from error


def web_command(host: str, port: int) -> list[str]:
    """How the web server is started: a module and its arguments, for `python -m`."""
    web = ["granian", "--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port)]
    web += ["--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS)]
    web += ["--respawn-failed-workers", "--workers-kill-timeout", "3", "--log-level", "warning"]
    return [*web, "annotate_site.wsgi:application"]


def _start(children: Children, name: str, command: list[str], seconds_to_stop: float) -> None:
    python = [sys.executable, "-W", NO_ROOT_WARNING, "-m", *command]
    children.start(name, python, cwd=ROOT, seconds_to_stop=seconds_to_stop)


def _start_worker_and_beat(children: Children) -> None:
    celery = ["celery", "-A", "annotate_site", "--quiet"]
    worker = [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--loglevel", "WARNING"]
    beat += ["--schedule", str(var_folder(ROOT) / "beat-schedule")]
    _start(children, "worker", worker, 5)
    _start(children, "beat", beat, 2)


def await_health(children: Children, host: str, port: int) -> None:
    """Return once the site answers. Raises Refused, or ChildDied."""
    deadline = time.monotonic() + HEALTHY_SECONDS
    while not is_healthy(_for_people(host), port):
        if time.monotonic() > deadline:
            raise Refused(f"The site did not answer within {HEALTHY_SECONDS} seconds.")
        children.listen(0.1)


def _for_people(host: str) -> str:
    """The host to type in a browser on this machine."""
    return "127.0.0.1" if host == "0.0.0.0" else f"[{host}]" if ":" in host else host  # noqa: S104


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _invite(host: str) -> None:
    """Print the demo people's sign-in links, unless others could use them."""
    from django.core.management import call_command
    from django.db import DatabaseError, connections

    if not _is_loopback(host):
        print("No sign-in links: the site can be reached from other machines.", flush=True)
        return
    with suppress(DatabaseError):  # a server lost just now: the caller looks at it next
        call_command("signin_links")
    sys.stdout.flush()
    connections.close_all()


if __name__ == "__main__":
    sys.exit(main())
