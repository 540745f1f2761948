"""`python -m annotate_site.health`: exit 0 if the web server of this machine answers at PORT.

Asks under a name of ALLOWED_HOSTS, as the site refuses every other.
"""

import http.client
import os
import sys

SECONDS = 3


def is_healthy(host: str, port: int, *, name: str = "") -> bool:
    """Whether /healthz answers at host and port; `name` is the Host asked for, if another."""
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": name} if name else {})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> int:
    names = os.environ.get("ALLOWED_HOSTS", "").split(",")
    name = names[0].strip().lstrip(".*")
    port = int(os.environ.get("PORT") or "8000")
    return 0 if is_healthy("127.0.0.1", port, name=name) else 1


if __name__ == "__main__":
    sys.exit(main())
