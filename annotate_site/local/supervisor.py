"""The whole site in one terminal: `python -m annotate_site.local.supervisor`, which is `make run`.

Starts the embedded servers where the environment names none, brings the database up to date,
and runs web server and worker until Ctrl-C or SIGTERM. What ends meanwhile is started again; only
a PostgreSQL that cannot be brought back ends the site.
"""

import ipaddress
import os
import socket
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

from annotate_site.children import Children, Stopped, ignore_signals, stop_on_signals
from annotate_site.health import is_healthy
from annotate_site.local.embedded import EmbeddedError, provide, release, restore
from annotate_site.local.environment import use_local_settings, var_folder
from annotate_site.serving.listening import listen_at, start_web

ROOT = Path(__file__).resolve().parent.parent.parent
HEALTHY_SECONDS = 60
WORKER_SECONDS_TO_STOP = 5


class Refused(Exception):
    """The site cannot serve; the message is a sentence."""


def main() -> int:
    """Serve until told to stop (0), or until it cannot (1)."""
    stop_on_signals()
    children = Children()
    try:
        serve(children, *address())
    except Stopped:
        print("Stopping.", flush=True)
        return 0
    except (EmbeddedError, Refused) as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    finally:
        ignore_signals()
        children.stop()
        release()


def address() -> tuple[str, list[socket.socket]]:
    """HOST, and sockets that are bound to it and PORT. Raises Refused when they cannot be had."""
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Refused(f"PORT must be a number from 1 to 65535, not {text!r}.")
    try:
        return host, listen_at(host, int(text))
    except OSError as error:
        raise Refused(
            f"Cannot serve at {host}, port {text}: {error.strerror}. Stop what serves there, "
            f"or choose another port, for instance: PORT={int(text) % 65535 + 1} make run"
        ) from error


def serve(children: Children, host: str, bound: list[socket.socket]) -> NoReturn:
    """Bring everything up, print how to get in, and watch. Ends by an exception only."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate_site.settings")
    port = bound[0].getsockname()[1]
    os.environ["HOST"], os.environ["PORT"] = host, str(port)
    use_local_settings(ROOT, always=True)
    provide(ROOT)
    print("Preparing the database.", flush=True)
    _prepare()
    start_web(children, bound)
    await_health(children, host, port)
    _start_worker(children)  # no page needs it, and two cores are few
    print(f"\nServing at http://{_for_people(host)}:{port}/ (Ctrl-C stops it).\n", flush=True)
    _invite(host)
    while True:
        children.listen(1)
        restore()


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


def _start_worker(children: Children) -> None:
    from annotate_site.local.worker import work

    schedule = var_folder(ROOT) / "beat-schedule"
    children.start("worker", partial(work, schedule), seconds_to_stop=WORKER_SECONDS_TO_STOP)


def await_health(children: Children, host: str, port: int) -> None:
    """Return once the site answers. Raises Refused."""
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
