from django.urls import path

from .views import joining

urlpatterns = [
    path("join/<str:token>/", joining.join_link, name="join-link"),
    path("join/", joining.join, name="join"),
]
