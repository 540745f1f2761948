from django.urls import path

from .views import people

app_name = "people"
urlpatterns = [
    path("", people.person_list, name="person-list"),
    path("<int:person>/role/", people.person_role, name="person-role"),
    path("<int:person>/remove/", people.person_remove, name="person-remove"),
    path("invitations/new/", people.invitation_new, name="invitation-new"),
    path(
        "invitations/<int:invitation>/revoke/", people.invitation_revoke, name="invitation-revoke"
    ),
]
