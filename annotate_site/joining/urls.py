from django.urls import path

from . import views

app_name = "joining"
urlpatterns = [
    path("invite/<str:token>/", views.invitation_link, name="invitation-link"),
    path("invite/", views.invitation, name="invitation"),
    path("confirm-email/<str:token>/", views.confirmation_link, name="confirmation-link"),
    path("set-password/<str:token>/", views.password_link, name="password-link"),
    path("set-password/", views.password, name="password"),
]
