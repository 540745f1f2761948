"""Idempotency-Key: a request that is sent again answers as it did the first time."""

import hashlib
from collections.abc import Callable

from annotate_site.projects.idempotency import Outcome, once

from .errors import BadKey
from .guard import ApiRequest

LONGEST_KEY = 64


def answer_once(
    request: ApiRequest, act: Callable[[], Outcome], *, body: str | None = None
) -> Outcome:
    """What `act` gives; with a key, what it gave to the first request that had it. `body` stands
    for a body that is not held whole.

    Raises BadKey, and OtherRequest where the key came with another request.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return act()
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise BadKey(f"An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters.")
    line = f"{request.method} {request.get_full_path()}\n".encode()
    digest = hashlib.sha256(line + (request.body if body is None else body.encode())).hexdigest()
    return once(request.access.user, key, digest, act)
