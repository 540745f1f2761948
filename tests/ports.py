"""Ports for sites that tests start and end."""

import random
import socket
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """None that the kernel deals to clients: while a site is away, whoever asks for it again and
    again may be dealt its port, and then speaks with themselves where the site should serve.
    """
    first = int(RANGE.read_text().split()[0])
    for port in random.sample(range(first // 2, first), 100):
        with socket.socket() as free:
            try:
                free.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")
