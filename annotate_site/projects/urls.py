from django.urls import path

from . import link_views, views

app_name = "projects"
urlpatterns = [
    path("sign-in/<str:token>/", views.sign_in_link, name="sign-in-link"),
    path("invite/<str:token>/", link_views.invitation_link, name="invitation-link"),
    path("invite/", link_views.invitation, name="invitation"),
    path("set-password/<str:token>/", link_views.password_link, name="password-link"),
    path("set-password/", link_views.password, name="password"),
    path("p/<slug:project>/jobs/<uuid:job>/", views.job_detail, name="job-detail"),
]
