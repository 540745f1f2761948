"""Fields and people below a queue in the Django admin, and which projects are whose there."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, F, QuerySet, Value, When
from django.http import HttpRequest

from annotate_site.projects.access import ROLE_CAN, Can
from annotate_site.projects.models import Project, User
from fields.models import Field

from .admin_forms import FieldRows, MemberForm, MemberRows, RowForm
from .models import Queue, QueueField, QueueMember
from .states import QueueStatus

MANAGING = [role for role, can in ROLE_CAN.items() if Can.MANAGE in can]


def managed(request: HttpRequest) -> QuerySet[Project]:
    """The projects whose queues the person may handle here."""
    user = request.user
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return Project.objects.none()
    if user.is_superuser:
        return Project.objects.all()
    theirs = {"memberships__user": user, "memberships__role__in": MANAGING}
    return Project.objects.filter(**theirs)


class BelowQueue(admin.TabularInline[Any, Queue]):
    """Rows of a queue that a manager may edit; nothing to choose from is hidden in another project.

    `choices`: what may be chosen in these projects, each with their names as `of_projects`, which
    are told where there are several, or always (`names_projects`).
    """

    choices: Callable[[QuerySet[Project]], QuerySet[Any]]
    names_projects = False
    form = RowForm
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return True  # the queue's own page has been guarded

    def has_add_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return True

    def get_formset(self, request: HttpRequest, obj: Queue | None = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        projects = Project.objects.filter(pk=obj.project_id) if obj else managed(request)
        formset.fixed = not self.has_change_permission(request, obj)
        if chosen := formset.form.base_fields.get(formset.names):
            chosen.queryset = self.choices(projects)
            if self.names_projects or (obj is None and managed(request).count() > 1):
                chosen.label_from_instance = _with_projects
        return formset


def _with_projects(one: Any) -> str:
    """Where things of several projects can be chosen; one of the only project needs no name."""
    return f"{one} · {one.of_projects}" if one.of_projects else str(one)


class FieldsInline(BelowQueue):
    model = QueueField
    formset = FieldRows
    fields = ("field", "required", "allow_note", "order")
    names_projects = True  # of those that others share
    verbose_name_plural = "Fields (of a queue in use they change on its own page)"

    @staticmethod
    def choices(projects: QuerySet[Project]) -> QuerySet[Any]:
        own = list(projects)
        unnamed = When(project__in=own if len(own) == 1 else [], then=Value(""))
        named = Case(unnamed, default=F("project__name"))
        offered = Field.objects.offered().open_to(*own).annotate(of_projects=named)
        return offered.order_by("of_projects", "name")

    def has_add_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return obj is None or obj.status == QueueStatus.DRAFT

    def has_change_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return self.has_add_permission(request, obj)


class MembersInline(BelowQueue):
    model = QueueMember
    form = MemberForm
    formset = MemberRows
    fields = ("user", "can_annotate", "can_review", "away")
    verbose_name_plural = "People"

    @staticmethod
    def choices(projects: QuerySet[Project]) -> QuerySet[Any]:
        people = User.objects.filter(memberships__project__in=projects, is_active=True)
        named = StringAgg("memberships__project__name", ", ", distinct=True)
        return people.annotate(of_projects=named).order_by("name", "email")
