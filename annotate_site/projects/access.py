"""Who may do what: one table from project role and queue rights to capabilities.

Views, templates and the API ask by capability; nobody compares roles or scopes elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from .models import Membership, Project, Role, Scope, User


class Can(StrEnum):
    SEE_PROJECT = "see_project"  # that it exists, and one's own queues in it
    READ_TRACES = "read_traces"
    READ_RESULTS = "read_results"  # fields, queues, progress; answers of completed items
    MANAGE = "manage"  # imports, fields, queues, items, people, exports
    INGEST = "ingest"  # send traces
    JUDGE = "judge"  # answer fields on a trace, without a queue
    OWN_TOKENS = "own_tokens"  # let programs ask in one's own name
    SEE_QUEUE = "see_queue"
    ANNOTATE = "annotate"
    SEE_REVIEWS = "see_reviews"  # what waits for review and how much was decided; no answer
    REVIEW = "review"


ROLE_CAN: dict[str, frozenset[Can]] = {
    Role.MANAGER: frozenset(
        {
            Can.SEE_PROJECT,
            Can.READ_TRACES,
            Can.READ_RESULTS,
            Can.MANAGE,
            Can.INGEST,
            Can.JUDGE,
            Can.OWN_TOKENS,
            Can.SEE_QUEUE,
            Can.SEE_REVIEWS,
        }
    ),
    Role.VIEWER: frozenset(
        {
            Can.SEE_PROJECT,
            Can.READ_TRACES,
            Can.READ_RESULTS,
            Can.OWN_TOKENS,
            Can.SEE_QUEUE,
            Can.SEE_REVIEWS,
        }
    ),
    Role.MEMBER: frozenset({Can.SEE_PROJECT}),
}
ANNOTATOR_CAN = frozenset({Can.SEE_QUEUE, Can.ANNOTATE})
REVIEWER_CAN = frozenset({Can.SEE_QUEUE, Can.SEE_REVIEWS, Can.REVIEW})
# As much of its owner's rights as a token has.
SCOPE_CAN: dict[str, frozenset[Can]] = {
    Scope.READ: frozenset({Can.READ_TRACES, Can.READ_RESULTS, Can.SEE_QUEUE, Can.SEE_REVIEWS}),
    Scope.WRITE: frozenset({Can.MANAGE, Can.INGEST, Can.JUDGE}),
    Scope.ANNOTATE: ANNOTATOR_CAN | REVIEWER_CAN,
    Scope.INGEST: frozenset({Can.INGEST}),
}


def scopes_of(role: str) -> list[Scope]:
    """Those of which somebody with this role in the project can have any use."""
    could = ROLE_CAN[role] | ANNOTATOR_CAN | REVIEWER_CAN
    return [scope for scope in Scope if SCOPE_CAN[scope] & could]


@dataclass(frozen=True)
class Access:
    """What one person may do in a project, or in one queue of it."""

    user: User
    project: Project
    role: str
    can: frozenset[Can] = field(default=frozenset())

    @classmethod
    def of(cls, membership: Membership, user: User) -> "Access":
        return cls(user, membership.project, membership.role, ROLE_CAN[membership.role])

    def within(self, *, annotates: bool, reviews: bool) -> "Access":
        """The same person inside a queue, with the rights held there."""
        more = (ANNOTATOR_CAN if annotates else frozenset()) | (
            REVIEWER_CAN if reviews else frozenset()
        )
        return Access(self.user, self.project, self.role, self.can | more)

    def __contains__(self, capability: object) -> bool:
        return capability in self.can

    def demand(self, capability: Can) -> None:
        if capability not in self.can:
            raise PermissionDenied


class ProjectRequest(HttpRequest):
    """A request whose person and project a guard has resolved."""

    user: User
    access: Access
    htmx: HtmxDetails


class Guarded(Protocol):
    """A view with the name of its guard."""

    guard: str


V = TypeVar("V", bound=Callable[..., Any])


def marked(view: V, guard: str) -> V:
    """For guards alone: a test fails on views without their mark."""
    cast(Guarded, view).guard = guard
    return view


def to_login(request: HttpRequest) -> HttpResponse:
    """Sends to the sign-in page and back; a fragment's caller navigates as a whole."""
    back = request.get_full_path()
    if htmx := getattr(request, "htmx", None):
        back = htmx.current_url_abs_path or back
    elif request.method != "GET":
        back = reverse("home")
    address = f"{reverse('account_login')}?{urlencode({'next': back})}"
    return HttpResponseClientRedirect(address) if htmx else HttpResponseRedirect(address)


def find_access(user: User, project_slug: str) -> Access:
    """Raises Http404 for a stranger, so that a project's existence stays unknown."""
    try:
        membership = Membership.objects.select_related("project").get(
            project__slug=project_slug, user=user
        )
    except Membership.DoesNotExist:
        raise Http404 from None
    return Access.of(membership, user)


def member(capability: Can) -> Callable[[Callable[..., Any]], Callable[..., HttpResponseBase]]:
    """Guards a view of a project: anonymous → sign-in, stranger → 404, without the right → 403.

    The view gets `request.access` instead of the slug.
    """

    def guard(view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: ProjectRequest, project: str, **more: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_login(request)
            request.access = find_access(request.user, project)
            request.access.demand(capability)
            response: HttpResponseBase = view(request, **more)
            return response

        return marked(guarded, capability)

    return guard


def signed_in(view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
    """Guards a view that belongs to the person and to no project."""

    @wraps(view)
    def guarded(request: HttpRequest, **more: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_login(request)
        response: HttpResponseBase = view(request, **more)
        return response

    return marked(guarded, "signed in")


def anyone(view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
    """Marks a view that is open on purpose; a test fails on views without any guard."""

    @wraps(view)
    def guarded(request: HttpRequest, **more: Any) -> HttpResponseBase:
        response: HttpResponseBase = view(request, **more)
        return response

    return marked(guarded, "anyone")
