from django.urls import path

from .views import changing, keeping, listing, overview, saved, sessions, traces, uploads

app_name = "traces"
urlpatterns = [
    path("", listing.trace_list, name="trace-list"),
    path("count/", listing.trace_count, name="trace-count"),
    path("over-time/", overview.trace_over_time, name="trace-over-time"),
    path("values/", overview.trace_facets, name="trace-facets"),
    path("views/new/", saved.view_new, name="view-new"),
    path("views/<uuid:view>/", saved.view_edit, name="view-edit"),
    path("tag/", changing.trace_tag, name="trace-tag"),
    path("delete/", changing.trace_delete, name="trace-delete"),
    path("filter-row/", listing.filter_row, name="filter-row"),
    path("columns/", listing.columns_choose, name="columns-choose"),
    path("keeping/", keeping.keeping, name="keeping"),
    path("upload/", uploads.trace_upload, name="trace-upload"),
    path("uploads/<uuid:upload>/", uploads.upload_detail, name="upload-detail"),
    path("uploads/<uuid:upload>/import/", uploads.upload_import, name="upload-import"),
    path("session/", sessions.session_detail, name="session-detail"),
    path(
        "uploads/<uuid:upload>/refused.<str:format>",
        uploads.upload_refused,
        name="upload-refused",
    ),
    path("<uuid:trace>/", traces.trace_detail, name="trace-detail"),
]
