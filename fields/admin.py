"""Fields in the Django admin, to be looked at: made and archived they are on their pages."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from annotate_site.projects.models import Project, Role, User

from .describing import summary
from .models import Field


def managed_projects(request: HttpRequest) -> QuerySet[Project]:
    """The projects that a staff person manages; a superuser's are all."""
    user = request.user
    if not isinstance(user, User) or not (user.is_active and user.is_staff):
        return Project.objects.none()
    if user.is_superuser:
        return Project.objects.all()
    return Project.objects.filter(memberships__user=user, memberships__role=Role.MANAGER)


@admin.register(Field)
class FieldAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "project", "answer", "created_by", "created_at", "archived_at")
    list_select_related = ("project", "created_by")
    # No filter by project: it would name those of others.
    list_filter: ClassVar = ["kind", ("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ("name", "description")
    ordering = ("name", "pk")
    exclude = ("description_html",)
    show_full_result_count = False

    @admin.display(description="Answer")
    def answer(self, field: Field) -> str:
        return summary(field.kind, field.settings)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Field]:
        return super().get_queryset(request).filter(project__in=managed_projects(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return managed_projects(request).exists()

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Rows are found through get_queryset, which leaves out those of other projects.
        return managed_projects(request).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
