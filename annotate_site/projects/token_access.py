"""Who asks by a token: what it may do now, and how often it has asked."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from annotate_site import sql

from .access import SCOPE_CAN, Access, Can
from .models import ApiToken, Membership
from .tokens import hash_token

# Without waiting for the disk: a crash may forget the count of a minute.
COUNT_REQUEST = """
with unsynced as (select set_config('synchronous_commit', 'off', true))
insert into projects_apiuse as use (token_id, minute, requests)
select %s, date_trunc('minute', clock_timestamp()), 1 from unsynced
on conflict (token_id) do update
   set minute = excluded.minute,
       requests = case when use.minute = excluded.minute then use.requests + 1 else 1 end
returning requests, 60 - extract(second from clock_timestamp())::int as seconds_left
"""
# At most once a minute, and nobody waits for somebody who is doing it.
NOTE_USE = """
update projects_apitoken set last_used_at = clock_timestamp()
 where id in (select id from projects_apitoken
               where id = %s and (last_used_at is null
                                  or last_used_at < clock_timestamp() - %s)
                 for no key update skip locked)
"""
USE_IS_NOTED = timedelta(minutes=1)


@dataclass(frozen=True)
class TokenAccess:
    """A token that works, and its owner's rights now, in the project or in a queue of it."""

    token: ApiToken
    own: Access

    @cached_property
    def access(self) -> Access:
        """What of these rights its scopes allow."""
        of_scopes = frozenset[Can]().union(*(SCOPE_CAN[scope] for scope in self.token.scopes))
        can = self.own.can & (of_scopes | {Can.SEE_PROJECT})
        return Access(self.own.user, self.own.project, self.own.role, can)

    def owner_can(self, capability: Can) -> bool:
        """Whether the scopes alone are in the way."""
        return capability in self.own


def find_token(secret: str) -> TokenAccess | None:
    """The token with this secret, unless it or its owner's membership has ended.

    It is looked up by its hash, so how long that takes tells nothing of the secret.
    """
    live = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=Now()))
    token = ApiToken.objects.filter(live, token_hash=hash_token(secret)).first()
    if token is None:
        return None
    members = Membership.objects.select_related("project", "user")
    owner = members.filter(project=token.project_id, user=token.user_id, user__is_active=True)
    membership = owner.first()
    if membership is None:
        return None
    return TokenAccess(token, Access.of(membership, membership.user))


def is_live(secret: str) -> bool:
    """For the web server, which reads no large body of a stranger."""
    return find_token(secret) is not None


def note_use(token: ApiToken) -> None:
    if token.last_used_at and timezone.now() - token.last_used_at < USE_IS_NOTED:
        return
    sql.run(NOTE_USE, [token.pk, USE_IS_NOTED])


def count_request(token: ApiToken) -> tuple[int, int]:
    """How many requests the token has made in this minute, and the seconds left of it."""
    found = sql.one(COUNT_REQUEST, [token.pk])
    assert found is not None
    return found.requests, max(1, found.seconds_left)
