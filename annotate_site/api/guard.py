"""Who may ask for an operation: the one place where a token meets a capability."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja.security.http import HttpAuthBase

from annotate_site.http import bearer_token
from annotate_site.projects.access import Access, Can
from annotate_site.projects.models import ApiToken
from annotate_site.projects.token_access import TokenAccess, count_request, find_token, note_use
from queues.access import find_queue
from queues.models import Queue

from .bodies import read_json
from .errors import Forbidden, NoToken, TooMany

HAS_BODY = ("POST", "PUT", "PATCH")


class ApiRequest(HttpRequest):
    """A request that the guard has let in; `json` is its parsed body, not yet clean."""

    token: ApiToken
    access: Access
    json: Any


class QueueRequest(ApiRequest):
    """One about a queue. `access` is that in it; `own` is its person's, whatever the scopes: by it
    is told whose answers they may read.
    """

    queue: Queue
    own: Access


class Token(HttpAuthBase):
    """No token that works → 401, too many requests → 429, another's project → 404, a scope or a
    right that is missing → 403; then the body must be JSON, unless it is a file. A session opens
    nothing here. `in_queue`: the rights are those in the queue of the address, another project's
    queue → 404, and the view gets a QueueRequest.
    """

    openapi_scheme = "bearer"

    def __init__(
        self, capability: Can, *, in_queue: bool = False, takes_files: bool = False
    ) -> None:
        super().__init__()
        self.capability, self.in_queue, self.takes_files = capability, in_queue, takes_files

    def __call__(self, request: HttpRequest) -> TokenAccess:
        found, asked = token_of(request), cast(ApiRequest, request)
        asked.token, asked.access = found.token, found.access
        match = request.resolver_match
        slug = match.kwargs.get("project") if match else None
        if slug is not None and slug != found.access.project.slug:
            raise Http404
        found = _within(asked, found) if self.in_queue else found
        demand(found, self.capability)
        if request.method in HAS_BODY and not self.takes_files:
            asked.json = read_json(request)
        return found


def _within(request: ApiRequest, found: TokenAccess) -> TokenAccess:
    """By its owner's rights in the queue of the address. Raises Http404."""
    asked, match = cast(QueueRequest, request), request.resolver_match
    pk = UUID(str(match.kwargs["queue"])) if match else None
    if pk is None:
        raise Http404
    asked.queue, own, _ = find_queue(found.own.user, found.own.project.slug, pk)
    there = TokenAccess(found.token, own)
    asked.access, asked.own = there.access, own
    return there


def demand(found: TokenAccess, capability: Can) -> None:
    """Raises Forbidden."""
    if capability in found.access:
        return
    if found.owner_can(capability):
        raise Forbidden(f"This token's scopes ({', '.join(found.token.scopes)}) do not allow this.")
    raise Forbidden("The owner of this token may not do this.")


def token_of(request: HttpRequest) -> TokenAccess:
    """Counts the request. Raises NoToken and TooMany."""
    header = request.headers.get("Authorization", "")
    secret = bearer_token(header)
    found = find_token(secret) if secret else None
    if found is None:
        raise NoToken(given=bool(header))
    asked, seconds = count_request(found.token)
    if asked > settings.API_REQUESTS_PER_MINUTE:
        raise TooMany(settings.API_REQUESTS_PER_MINUTE, seconds)
    note_use(found.token)
    return found
