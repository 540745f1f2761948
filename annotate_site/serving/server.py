"""One process of the web server."""

import signal
import socket
import time
from collections.abc import Callable
from threading import Thread
from types import FrameType
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from annotate_site.http import BODY_TOO_LARGE
from annotate_site.serving.request import Request
from annotate_site.wsgi import application

MOST_CONNECTIONS = 400  # of a process; then the one that was silent longest makes room
MEGABYTE = 1024 * 1024
OPTIONS = {
    "asyncore_use_poll": True,
    "channel_timeout": 75,  # seconds a connection may be kept open between requests
    "cleanup_interval": 1,
    "clear_untrusted_proxy_headers": False,  # TRUSTED_PROXIES says which of them Django believes
    "connection_limit": 2 * MOST_CONNECTIONS,
    "ident": None,
    "log_socket_errors": False,
    "max_request_header_size": 64 * 1024,
    "outbuf_high_watermark": 100 * MEGABYTE,  # in a file; until then a slow reader holds no thread
    "recv_bytes": 64 * 1024,
}


def _with_room(run: Callable[..., None], *args: Any) -> None:
    run(*args)


# Python keeps frames in chunks of 16 KB. A loop of calls just across the end of one maps and
# unmaps memory at each call: a quarter of a request's time. Below this frame the chunk is large.
_with_room.__code__ = _with_room.__code__.replace(co_stacksize=40_000)


class Threads(ThreadedTaskDispatcher):
    """Those who run the site."""

    def start_new_thread(self, target: Callable[..., None], thread_no: int) -> None:
        name = f"request-{thread_no}"
        Thread(target=_with_room, name=name, args=(target, thread_no), daemon=True).start()


class Task(WSGITask):
    """Waitress closes the connection after an answer without a length, a 204 among them."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        if self.request.too_large:
            environ[BODY_TOO_LARGE] = self.request.too_large
        return environ

    def set_close_on_finish(self) -> None:
        asked = self.request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or asked or self.version != "1.1":
            super().set_close_on_finish()


class Proof:
    """What a thread does for a request that claims a session, before its body is read."""

    def __init__(self, channel: "Channel") -> None:
        self.channel = channel

    def service(self) -> None:
        try:
            if self.channel.request:
                self.channel.request.prove()
        finally:
            self.channel.proving = False
            self.channel.server.pull_trigger()

    def cancel(self) -> None:
        return


class Channel(HTTPChannel):
    """One connection."""

    parser_class = Request
    task_class = Task
    request: Request | None
    proving = False

    def received(self, data: bytes) -> bool:
        done: bool = super().received(data)
        if self.request and self.request.unproven and not self.proving:
            self.proving = True
            self.server.add_task(Proof(self))
        return done

    def readable(self) -> bool:
        return not self.proving and bool(super().readable())


class Server(TcpWSGIServer):
    """Accepts, reads, and closes what takes too long, in one thread; others run the site."""

    channel_class = Channel

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        now = time.monotonic()
        for channel in self.active_channels.values():
            if channel.request and channel.request.is_overdue(now):
                channel.will_close = True

    def handle_accept(self) -> None:
        if len(self.active_channels) >= MOST_CONNECTIONS:
            waiting = [one for one in self.active_channels.values() if not one.requests]
            for silent in sorted(waiting, key=lambda one: one.last_activity)[:1]:
                silent.will_close = True
        super().handle_accept()


def serve(listening: socket.socket, threads: int) -> None:
    """Serve the site at a listening socket until SIGTERM; what runs then may end."""
    signal.signal(signal.SIGTERM, _leave)
    dispatcher = Threads()
    dispatcher.set_thread_count(threads)
    address = (listening.family, listening.type, listening.proto, listening.getsockname())
    Server(
        application,
        _sock=listening,
        bind_socket=False,
        sockinfo=address,
        dispatcher=dispatcher,
        adj=Adjustments(**OPTIONS),
    ).run()


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
