from django.urls import path

from . import views

app_name = "projects"
urlpatterns = [
    path("sign-in/<str:token>/", views.sign_in_link, name="sign-in-link"),
    path("p/<slug:project>/jobs/<uuid:job>/", views.job_detail, name="job-detail"),
]
