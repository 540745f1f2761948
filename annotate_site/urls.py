from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("", include("reviews.urls")),
    path("", include("annotate_site.projects.urls")),
    path("", include("annotate_site.joining.urls")),
    path("notices/", include("queues.notices.urls")),
    path("p/<slug:project>/traces/", include("traces.urls")),
    path("p/<slug:project>/datasets/", include("reviews.datasets.urls")),
    path("p/<slug:project>/annotate/fields/", include("fields.urls")),
    path("p/<slug:project>/people/", include("queues.people_urls")),
    path(
        "p/<slug:project>/annotate/queues/<uuid:queue>/links/",
        include("queues.link_urls"),
    ),
    path("p/<slug:project>/", include("queues.urls")),
    path("", include("queues.join_urls")),
    path("api/v1/", include("annotate_site.api.urls")),
    path("v1/", include("annotate_site.otlp.urls")),
    path("accounts/", include("annotate_site.projects.account_urls")),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
