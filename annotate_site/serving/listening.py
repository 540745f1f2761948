"""The web server's processes, at one socket."""

import socket
from functools import partial

from annotate_site.children import Children

PROCESSES = 2  # for two cores
THREADS = 4  # of each: a thread mostly waits for the database
SECONDS_TO_STOP = 4


def listen_at(host: str, port: int) -> socket.socket:
    """A socket that is bound, and accepts nothing yet. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def start_web(
    children: Children, bound: socket.socket, processes: int = PROCESSES, threads: int = THREADS
) -> None:
    """Start processes that serve at the socket. What they need is loaded here, once for all."""
    from django.db import connections
    from django.urls import get_resolver

    from annotate_site.serving.server import serve

    get_resolver().url_patterns  # noqa: B018 (imports every view)
    connections.close_all()
    bound.listen(1024)
    for number in range(1, processes + 1):
        run = partial(serve, bound, threads)
        children.start(f"web {number}", run, seconds_to_stop=SECONDS_TO_STOP)
