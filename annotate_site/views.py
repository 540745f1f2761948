"""Health, and the pages for what goes wrong anywhere."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from .projects.access import anyone
from .projects.models import Outbox


@anyone
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@anyone
def readyz(request: HttpRequest) -> JsonResponse:
    """Database and migrations decide; the age of waiting work is only reported."""
    try:
        executor = MigrationExecutor(connection)
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        overdue = Outbox.objects.filter(
            done_at=None, due_at__lt=timezone.now() - timedelta(minutes=5)
        ).count()
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    body = {"database": "ok", "migrations_pending": pending, "outbox_overdue": overdue}
    return JsonResponse(body, status=503 if pending else 200)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page is too old, or from another site; nothing was changed."""
    return render(request, "403_csrf.html", status=403)
