"""The web server's processes, at one socket."""

import socket
from functools import partial

from annotate_site.children import Children

PROCESSES = 2  # for two cores
THREADS = 4  # of each: a thread mostly waits for the database
SECONDS_TO_STOP = 4


def listen_at(host: str, port: int, processes: int = PROCESSES) -> list[socket.socket]:
    """Sockets bound to one address, which accept nothing yet: one for each process.

    Linux deals connections to them. At a shared socket whoever is awake takes all. Raises OSError.
    """
    _bind(host, port, shared=False).close()  # fails where another server of ours serves
    bound = [_bind(host, port, shared=True)]
    for _ in range(1, processes):
        bound.append(_bind(host, bound[0].getsockname()[1], shared=True))
    return bound


def _bind(host: str, port: int, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(shared))
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def start_web(children: Children, bound: list[socket.socket], threads: int = THREADS) -> None:
    """Start a process at each socket. What they need is loaded here, once for all."""
    from django.db import connections
    from django.urls import get_resolver

    from annotate_site.serving.server import serve

    get_resolver().url_patterns  # noqa: B018 (imports every view)
    connections.close_all()
    for number, listening in enumerate(bound, 1):
        listening.listen(1024)
        run = partial(serve, listening, threads)
        children.start(f"web {number}", run, seconds_to_stop=SECONDS_TO_STOP)
