"""The ground of a run: servers and database of its own, and the web server as `make run` has it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annotate_site.children import Children
from annotate_site.local.embedded import provide, release
from annotate_site.local.environment import use_local_settings
from annotate_site.local.supervisor import await_health
from annotate_site.serving.listening import listen_at, start_web

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
FOREIGN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ANNOTATE_ENV")


@contextmanager
def fresh_site() -> Iterator[None]:
    """Django, set up on embedded servers in a temporary folder, which is removed at the end.

    Servers that the environment names are left alone: a benchmark writes thousands of rows.
    """
    for name in FOREIGN:
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    with tempfile.TemporaryDirectory(prefix="annotate-bench-") as folder:
        os.environ |= {"ANNOTATE_VAR": folder, "DJANGO_SETTINGS_MODULE": "annotate_site.settings"}
        os.environ["API_REQUESTS_PER_MINUTE"] = "1000000"  # no program waits for its turn
        use_local_settings(ROOT, always=True)
        provide(ROOT)
        try:
            _prepare()
            yield
        finally:
            release()


def _prepare() -> None:
    import django  # reads the settings, so not before the servers are there
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


@contextmanager
def web_server() -> Iterator[int]:
    """The port of the real web server, started as the supervisor does."""
    children, bound = Children(), listen_at(HOST, 0)
    port: int = bound[0].getsockname()[1]
    try:
        start_web(children, bound)
        await_health(children, HOST, port)
        yield port
    finally:
        children.stop()
