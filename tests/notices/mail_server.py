"""A mail server on loopback that answers as a test tells it to, and keeps what it was sent."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """`answers`: by command, what is said instead of yes; None: nothing, for as long as it runs.

    `taken`: (recipients, message) of each mail that it took.
    """

    port: int = 0
    answers: dict[str, str | None] = field(default_factory=dict)
    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


YES = {"EHLO": "250 here", "DATA": "354 go ahead", "QUIT": "221 bye"}


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()

    class Visit(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            recipients: list[str] = []
            self.say("220 test", "connect")
            while line := self.rfile.readline():
                command = line[:4].decode().upper()
                server.said.append(line.decode().strip())
                if command == "MAIL":
                    recipients = []
                if command == "RCPT":
                    recipients.append(line.decode().partition("<")[2].partition(">")[0])
                self.say(YES.get(command, "250 yes"), command)
                if command == "DATA" and command not in server.answers:
                    self.take(recipients)
                if command == "QUIT":
                    return

        def say(self, yes: str, command: str) -> None:
            answer = server.answers.get(command, yes)
            if answer is None:
                server.over.wait(30)
            else:
                self.wfile.write(f"{answer}\r\n".encode())

        def take(self, recipients: list[str]) -> None:
            text = b""
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                text += line.removeprefix(b".")
            server.taken.append((recipients, text))
            self.say("250 taken", "taken")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Visit) as listening:
        listening.daemon_threads = True
        server.port = listening.server_address[1]
        threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            server.over.set()
            listening.shutdown()
