"""People in the Django admin, for superusers: create, deactivate, a new password.

Here and not in the bottom app, because whoever is deactivated lets go of all that they hold.
"""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from annotate_site.projects.actions import set_active
from annotate_site.projects.admin import SuperusersOnly, admin_actor
from annotate_site.projects.models import Membership, Project, Role, User

from .actions.people.members import deactivate_person


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "name"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            self.add_error("email", "There's already an account with this e-mail.")
        return email


class PersonForm(UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["name", "is_active", "is_staff", "is_superuser"]


@admin.register(User)
class PersonAdmin(SuperusersOnly, UserAdmin):  # type: ignore[type-arg]
    form = PersonForm
    add_form = NewPersonForm
    list_display = ("name", "email", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("name", "email")
    ordering = ("name",)
    filter_horizontal = ()
    readonly_fields = ("email", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (
            "Rights on the whole site",
            {
                "fields": ("is_active", "is_staff", "is_superuser"),
                "description": "Without “active” the person is signed out everywhere, leaves all "
                "queues and frees what was held there; submitted work stays.",
            },
        ),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody locks themselves out."""
        if obj is None:
            return ()
        own = ("is_active", "is_superuser") if obj == request.user else ()
        return (*self.readonly_fields, *own)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Being active is changed by actions alone, which also end holds and sessions."""
        asked = obj.is_active
        if not change:
            super().save_model(request, obj, form, change)
            return
        with transaction.atomic():
            obj.save(update_fields=["name", "is_staff", "is_superuser"])
            if asked:
                set_active(user=obj, active=True, actor=admin_actor(request))
            else:
                deactivate_person(user=obj, actor=admin_actor(request))
        for project in _left_without_manager(obj):
            messages.warning(request, f"{project} has no active manager any more.")


def _left_without_manager(user: User) -> list[Project]:
    managing = Membership.objects.filter(
        project=OuterRef("pk"), role=Role.MANAGER, user__is_active=True
    )
    theirs = Project.objects.filter(memberships__user=user, memberships__role=Role.MANAGER)
    return list(theirs.filter(~Exists(managing)))
