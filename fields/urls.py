from django.urls import path

from . import views

app_name = "fields"
urlpatterns = [
    path("", views.field_list, name="field-list"),
    path("new/", views.field_create, name="field-create"),
    path("preview/", views.field_preview, name="field-preview"),
    path("<uuid:field>/", views.field_detail, name="field-detail"),
    path("<uuid:field>/schema.json", views.field_schema_file, name="field-schema"),
    path("<uuid:field>/new-version/", views.version_create, name="version-create"),
    path("<uuid:field>/share/", views.field_share, name="field-share"),
    path("<uuid:field>/unshare/", views.field_unshare, name="field-unshare"),
    path("<uuid:field>/archive/", views.field_archive, name="field-archive"),
]
