"""Health, figures, and the pages for what goes wrong anywhere."""

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from .metrics import of_all_processes
from .projects.access import anyone
from .status import SiteCollector, readiness


@anyone
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@anyone
def readyz(request: HttpRequest) -> JsonResponse:
    ready, report = readiness()
    return JsonResponse(report, status=200 if ready else 503)


@anyone
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, with METRICS_TOKEN as its bearer token; not there where none is set."""
    if not settings.METRICS_TOKEN:
        raise Http404
    asked = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(asked.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse("Not the token of METRICS_TOKEN.\n", "text/plain", status=401)
    from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

    counted = of_all_processes()
    counted.register(SiteCollector())
    return HttpResponse(generate_latest(counted), CONTENT_TYPE_LATEST)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page is too old, or from another site; nothing was changed."""
    return render(request, "403_csrf.html", status=403)
