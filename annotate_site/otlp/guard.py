"""Who may send: a token, whose project the traces belong to."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from annotate_site.api.guard import demand, token_of
from annotate_site.projects.access import Access, Can, marked
from annotate_site.projects.models import ApiToken


class OtlpRequest(HttpRequest):
    access: Access
    token: ApiToken


def by_token(
    capability: Can,
) -> Callable[[Callable[[OtlpRequest], HttpResponse]], Callable[..., HttpResponse]]:
    """Guards a POST: no token that works → 401, too many requests → 429, a scope or a right that is
    missing → 403.
    """

    def guard(view: Callable[[OtlpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            found, asked = token_of(request), cast(OtlpRequest, request)
            demand(found, capability)
            asked.access, asked.token = found.access, found.token
            return view(asked)

        return csrf_exempt(require_POST(marked(guarded, "token")))

    return guard
