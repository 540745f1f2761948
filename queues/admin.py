"""Queues in the Django admin, for staff: through the same actions as the pages.

Staff see what belongs to projects they manage, by their role there and not by permission rows.
Items, slots and reservations can only be read.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import construct_change_message
from django.db.models import ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from annotate_site.errors import Refused
from annotate_site.projects.admin import admin_actor
from annotate_site.projects.models import User

from .access import find_queue
from .actions.people.members import add_members, remove_member, set_away, set_rights
from .actions.settings import change_settings, create_queue
from .admin_forms import FieldRows, MemberRows, QueueForm, asked_now
from .admin_inlines import FieldsInline, MembersInline, managed
from .commands import COMMANDS, Command
from .errors import WrongState
from .forms.settings import SETTINGS
from .models import Item, Queue, Reservation, Slot
from .states import QueueStatus
from .visibility import Reader, Whose


def _reader(request: HttpRequest, queue: Queue) -> Reader:
    assert isinstance(request.user, User)
    try:
        _, access, _ = find_queue(request.user, queue.project.slug, queue.pk)
    except Http404:  # a superuser, who belongs to no project and annotates nowhere
        return Reader(request.user, Whose.ALL)
    return Reader.of(access)


class OfManaged(admin.ModelAdmin[Any]):
    """Rows of managed projects alone; `to_project` leads there. Only to be read, as it is."""

    to_project = "queue__project"
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(**{f"{self.to_project}__in": managed(request)})

    def may(self, request: HttpRequest, obj: Model | None) -> bool:
        if obj is None or obj.pk is None:
            return managed(request).exists()
        return self.get_queryset(request).filter(pk=obj.pk).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, None)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def command_action(command: Command) -> Callable[[Any, HttpRequest, QuerySet[Queue]], None]:
    """A status command as an action of the list; each queue by itself."""

    @admin.action(description=f"{command.label} the selected queues", permissions=["change"])
    def act(model_admin: Any, request: HttpRequest, queues: QuerySet[Queue]) -> None:
        for queue in queues:
            try:
                command.run(queue, admin_actor(request))
            except WrongState as error:
                messages.error(request, f"{queue}: {error}")
            else:
                messages.success(request, f"{queue}: {command.told(queue)}")

    act.__name__ = f"{command.name}_queues"
    return act


@admin.register(Queue)
class QueueAdmin(OfManaged):
    form = QueueForm
    to_project = "project"
    inlines = (FieldsInline, MembersInline)
    actions = [command_action(command) for command in COMMANDS.values()]
    list_display = ("name", "project", "listed_status", "annotations_required", "due_date")
    list_select_related = ("project",)
    list_filter = ("status",)
    search_fields = ("name",)
    fields = ("project", *SETTINGS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, None)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, obj)

    def get_fields(self, request: HttpRequest, obj: Queue | None = None) -> list[Any]:
        return ["of_project", *SETTINGS, "shown_status"] if obj else list(self.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Queue | None = None) -> list[str]:
        return ["of_project", "shown_status"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Who manages one project need not choose it."""
        projects = list(managed(request)[:2])
        return {"project": projects[0]} if len(projects) == 1 else {}

    def view_on_site(self, queue: Queue) -> str:
        where = {"project": queue.project.slug, "queue": queue.pk}
        return reverse("queues:queue-detail", kwargs=where)

    @admin.display(description="Project")
    def of_project(self, queue: Queue) -> str:
        """Its name alone: the project's own page is for superusers."""
        return queue.project.name

    @admin.display(description="Status")
    def listed_status(self, queue: Queue) -> str:
        return queue.shown_status.capitalize()

    @admin.display(description="Status")
    def shown_status(self, queue: Queue) -> str:
        return f"{self.listed_status(queue)}. Change it by an action of the list, or on the site."

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name == "project":
            kwargs["queryset"] = managed(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What an action refuses after the forms were right: a race lost, or a stale tab."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as error:
            messages.error(request, f"{error} Nothing was saved.")
            return redirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Queue, form: QueueForm, change: bool) -> None:
        """Stored below, together with its rows."""

    def save_related(
        self, request: HttpRequest, form: QueueForm, formsets: Any, change: bool
    ) -> None:
        asked = next(rows for rows in formsets if isinstance(rows, FieldRows))
        people = next(rows for rows in formsets if isinstance(rows, MemberRows))
        if change:
            self._change(request, form, asked)
        else:
            self._create(request, form, asked)
        self._store_people(request, form.instance, people)

    def _create(self, request: HttpRequest, form: QueueForm, rows: FieldRows) -> None:
        by = admin_actor(request).user
        assert by is not None
        queue = create_queue(
            project=form.cleaned_data["project"],
            by=by,
            settings=form.settings(),
            fields=rows.asked(),
        )
        form.instance.pk, form.instance.name = queue.pk, queue.name

    def _change(self, request: HttpRequest, form: QueueForm, rows: FieldRows) -> None:
        queue, actor = form.instance, admin_actor(request)
        is_draft, asked = queue.status == QueueStatus.DRAFT, rows.asked()
        change_settings(
            queue=queue,
            settings=form.changed_settings(),
            fields=asked if is_draft and asked != asked_now(queue) else None,
            actor=actor,
        )

    def _store_people(self, request: HttpRequest, queue: Queue, rows: MemberRows) -> None:
        queue, actor = Queue.objects.get(pk=queue.pk), admin_actor(request)
        there = queue.members.filter(removed_at=None).select_related("user")
        now = {one.user: (one.can_annotate, one.can_review) for one in there}
        for user in rows.removed():
            remove_member(queue=queue, user=user, actor=actor)
        for user, rights in rows.rights().items():
            if user not in now:
                add_members(queue=queue, users=[user], actor=actor, **rights)
            elif now[user] != (rights["can_annotate"], rights["can_review"]):
                set_rights(queue=queue, user=user, actor=actor, **rights)
        for user, away in rows.away().items():
            set_away(queue=queue, user=user, away=away, actor=actor)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """The formsets were never saved by themselves, so that they have nothing to tell."""
        return construct_change_message(form, [], add)


@admin.register(Item)
class ItemAdmin(OfManaged):
    list_display = ("title", "queue", "status", "required", "round", "created_at")
    list_select_related = ("queue",)
    list_filter = ("status",)
    search_fields = ("title",)
    fields = (
        "queue", "title", "preview", "source_kind", "source_key", "status", "required", "round",
        "priority", "created_at", "completed_at", "removed_at", "snapshot_hash",
    )  # fmt: skip


@admin.register(Slot)
class SlotAdmin(OfManaged):
    list_display = ("item", "queue", "round", "state", "annotator", "held_at", "expires_at")
    list_select_related = ("item", "queue", "annotator")
    list_filter = ("state",)
    fields = (
        "queue", "item", "round", "state", "annotator", "assigned_to", "held_at", "expires_at",
        "remaining", "returned_at",
    )  # fmt: skip


@admin.register(Reservation)
class ReservationAdmin(OfManaged):
    list_display = ("item", "queue", "round", "annotator", "kind", "opened_at", "ending")
    list_select_related = ("item", "queue", "annotator")
    list_filter = ("kind", "ending")
    fields = (
        "queue", "item", "round", "annotator", "kind", "opened_at", "parked_at", "ended_at",
        "ending", "reason", "draft_saved_at", "refused_at",
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Reservation | None = None) -> list[Any]:
        """Without the reason of a skip where the reader is blind to it."""
        shown = [name for name in self.fields if name != "reason"]
        if obj is None or not _reader(request, obj.queue).reads(obj.item, obj.annotator):
            return shown
        return list(self.fields)
