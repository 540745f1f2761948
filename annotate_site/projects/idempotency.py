"""Requests that answer the same when they are repeated: the outcome is stored under a key that the
client made, in the transaction of the change.

A key belongs to a person. The first request takes it, which waits for another one under way; a
repeat reads what came of the first. The key's row is locked before anything else.
"""

from collections.abc import Callable
from typing import Any

from psycopg.types.json import Jsonb

from annotate_site import sql
from annotate_site.errors import atomic_retry

from .errors import OtherRequest
from .models import IdempotencyKey, User

Outcome = dict[str, Any]

TAKE = """
insert into projects_idempotencykey (user_id, key, request_hash, outcome, created_at)
values (%(user)s, %(key)s, %(hash)s, %(outcome)s, now())
on conflict (user_id, key) do nothing returning id
"""
SET_OUTCOME = """
update projects_idempotencykey set outcome = %(outcome)s
 where user_id = %(user)s and key = %(key)s
"""


def take_key(user: User, key: str, request_hash: str, outcome: Outcome) -> bool:
    """Whether this request is the first; `outcome` is what a repeat finds, unless it is changed."""
    params = {"user": user.pk, "key": key, "hash": request_hash, "outcome": Jsonb(outcome)}
    return sql.one(TAKE, params) is not None


def set_outcome(user: User, key: str, outcome: Outcome) -> None:
    sql.run(SET_OUTCOME, {"user": user.pk, "key": key, "outcome": Jsonb(outcome)})


def first_request(user: User, key: str) -> IdempotencyKey:
    """What was stored with the first request."""
    return IdempotencyKey.objects.get(user=user, key=key)


@atomic_retry
def once(user: User, key: str, request_hash: str, act: Callable[[], Outcome]) -> Outcome:
    """What `act` gives, or what it gave when this request came first. A refusal takes no key.

    Raises OtherRequest where the key came with another request.
    """
    if take_key(user, key, request_hash, {}):
        outcome = act()
        set_outcome(user, key, outcome)
        return outcome
    before = first_request(user, key)
    if before.retired_at or before.request_hash != request_hash:
        raise OtherRequest
    return before.outcome or {}


def retire_key(user: User, key: str) -> None:
    """What the request did was taken back: from now on a repeat is told so."""
    IdempotencyKey.objects.filter(user=user, key=key).update(retired_at=sql.clock())
