"""The addresses below /api/v1/, each marked with its guard."""

from functools import cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe
from ninja.openapi.schema import OpenAPISchema

from annotate_site.projects.access import anyone, marked

from .guard import Token
from .root import ROUTERS, api


@cache
def schema() -> OpenAPISchema:
    return api.get_openapi_schema(path_prefix="/api/v1/")


@anyone
@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """What there is to ask for; it tells nothing of anybody."""
    return JsonResponse(schema())


def _demand_guards() -> None:
    for router in ROUTERS:
        for address, view in router.path_operations.items():
            for operation in view.operations:
                guards = operation.auth_callbacks
                if not guards or not all(isinstance(one, Token) for one in guards):
                    raise ImproperlyConfigured(f"{operation.methods} {address} has no guard.")


def _operations() -> list[URLPattern]:
    """Ninja's: one for each address, where it has one for each method, and without its root."""
    _demand_guards()
    found: dict[str, Any] = {str(one.pattern): one for one in api.urls[0]}
    del found[""]
    for pattern in found.values():
        marked(pattern.callback, "token")
    return list(found.values())


app_name = "api"
urlpatterns = [*_operations(), path("openapi.json", openapi, name="openapi")]
