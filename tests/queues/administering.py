"""The admin's form of a queue, filled in as a browser would send it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from queues.models import Queue

from ..conftest import Cast

ADD = "admin:queues_queue_add"


def change(queue: Queue) -> str:
    return reverse("admin:queues_queue_change", args=[queue.pk])


def typed(cast: Cast, **more: Any) -> dict[str, Any]:
    """A whole form with no rows; rows come by `rows`."""
    usual = {
        "project": cast.project.pk, "name": "Refund answers", "annotations_required": 1,
        "timeout": 60, "open_limit": 5, "strategy": "manual",
    }  # fmt: skip
    return usual | rows("queue_fields", []) | rows("members", []) | more


def rows(prefix: str, listed: list[dict[str, Any]], there: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": len(listed),
        f"{prefix}-INITIAL_FORMS": there,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(listed):
        data |= {f"{prefix}-{number}-{key}": value for key, value in row.items()}
    return data


def shown(client: Client, queue: Queue) -> dict[str, Any]:
    """What a browser would send back of the change page, untouched."""
    context = client.get(change(queue)).context
    sent: dict[str, Any] = {}
    for form in [context["adminform"].form, *_row_forms(context)]:
        for field in form:
            value = field.value()
            if field.field.show_hidden_initial:
                sent[field.html_initial_name] = "" if value is None else value
            if value is not None and value is not False:
                sent[field.html_name] = getattr(value, "pk", value)
    for inline in context["inline_admin_formsets"]:
        sent |= {
            f"{inline.formset.prefix}-{key}": value
            for key, value in inline.formset.management_form.initial.items()
        }
    return sent


def _row_forms(context: Any) -> list[Any]:
    return [form for one in context["inline_admin_formsets"] for form in one.formset.forms]


def errors(response: Any) -> str:
    assert response.status_code == 200
    return str(response.context["errors"])
