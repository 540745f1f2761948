from django.urls import path

from . import token_views, views

app_name = "projects"
urlpatterns = [
    path("sign-in/<str:token>/", views.sign_in_link, name="sign-in-link"),
    path("p/<slug:project>/jobs/<uuid:job>/", views.job_detail, name="job-detail"),
    path("p/<slug:project>/tokens/", token_views.token_list, name="token-list"),
    path("p/<slug:project>/tokens/new/", token_views.token_new, name="token-new"),
    path(
        "p/<slug:project>/tokens/<int:api_token>/revoke/",
        token_views.token_revoke,
        name="token-revoke",
    ),
]
