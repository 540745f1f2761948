"""Projects and events in the Django admin, for superusers. People: queues/admin_people.py."""

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest

from .actions import change_project, create_project
from .events import Actor
from .models import Event, Project, User
from .time_zones import time_zones

# Rights come from memberships, and people sign in by the one address of their account.
for unused in (Group, EmailAddress):
    admin.site.unregister(unused)


class SuperusersOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Staff who manage a project do so on its pages; nothing here is theirs to see."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_superuser", False))


def admin_actor(request: HttpRequest) -> Actor:
    assert isinstance(request.user, User)
    return Actor.person(request.user)


class ProjectForm(forms.ModelForm):  # type: ignore[type-arg]
    time_zone = forms.ChoiceField(
        choices=[(name, name.replace("_", " ")) for name in time_zones()],
        help_text=Project._meta.get_field("time_zone").help_text,
    )


class NewProjectForm(ProjectForm):
    manager = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name"),
        help_text="Invites everyone else. Creating a project doesn't make you a member of it.",
    )

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = ["name", "slug", "time_zone"]
        help_texts: ClassVar[dict[str, str]] = {
            "slug": "Part of the project's address; it never changes."
        }


@admin.register(Project)
class ProjectAdmin(SuperusersOnly):
    form = ProjectForm
    list_display = ("name", "slug", "time_zone", "created_at", "created_by")
    list_select_related = ("created_by",)
    search_fields = ("name", "slug")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = NewProjectForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["name", "slug", "time_zone"] + ([] if obj else ["manager"])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["slug"] if obj else []

    def save_model(self, request: HttpRequest, obj: Project, form: Any, change: bool) -> None:
        if change:
            change_project(
                project=obj, name=obj.name, time_zone=obj.time_zone, actor=admin_actor(request)
            )
            return
        data = form.cleaned_data
        made = create_project(
            slug=data["slug"],
            name=data["name"],
            time_zone=data["time_zone"],
            manager=data["manager"],
            by=admin_actor(request).user,
        )
        obj.pk = made.pk


@admin.register(Event)
class EventAdmin(SuperusersOnly):
    list_display = (
        "at", "project", "actor", "actor_kind", "object_type", "object_id", "attribute",
        "from_value", "to_value", "reason",
    )  # fmt: skip
    list_select_related = ("project", "actor")
    list_filter = ("actor_kind", "project")  # others would read the whole table for their values
    search_fields = ("=object_id",)
    ordering = ("-id",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
