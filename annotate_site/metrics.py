"""Counts and times of requests for Prometheus, over all processes of one web server.

The processes of a server share a folder of small files, one of each process, which the answer to
/metrics adds up. Labels are names of routes, never addresses: there are as many as there are pages.
"""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Requests(NamedTuple):
    counted: "Counter"
    timed: "Histogram"


class RequestMetricsMiddleware:
    """Counts every request and its time to the first byte; does not exist without METRICS_TOKEN."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.requests = requests()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        route = route_of(request)
        method = request.method if request.method in METHODS else "other"
        self.requests.counted.labels(route, method, response.status_code).inc()
        self.requests.timed.labels(route).observe(time.perf_counter() - began)
        return response


def route_of(request: HttpRequest) -> str:
    """The name of the page; "none" where the address leads nowhere."""
    match = request.resolver_match
    return (match.view_name or "unnamed") if match else "none"


@cache
def requests() -> Requests:
    _share_files()
    from prometheus_client import CollectorRegistry, Counter, Histogram

    registry = CollectorRegistry()
    return Requests(
        Counter(
            "annotate_http_requests",
            "Requests by name of the route, method and status.",
            ["route", "method", "status"],
            registry=registry,
        ),
        Histogram(
            "annotate_http_request_seconds",
            "Time to the first byte of the answer.",
            ["route"],
            buckets=SECONDS,
            registry=registry,
        ),
    )


def of_all_processes() -> "CollectorRegistry":
    """What the processes of this server have counted together."""
    requests()
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _share_files() -> None:
    """The library reads where its files are when it is imported, so this comes first."""
    ours = Path(tempfile.gettempdir()) / f"annotate-metrics-{os.geteuid()}"
    ours.mkdir(mode=0o700, exist_ok=True)
    found = ours.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o77:
        raise PermissionError(f"{ours} belongs to somebody else or is open to others: remove it.")
    for folder in ours.iterdir():
        if not _is_alive(int(folder.name)):
            shutil.rmtree(folder, ignore_errors=True)
    server = ours / str(os.getpid())  # of the process that loads the site and then forks
    server.mkdir(exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(server)


def _is_alive(server: int) -> bool:
    try:
        os.kill(server, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
