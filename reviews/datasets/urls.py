from django.urls import path

from .views import adding, datasets, differences, downloads

app_name = "datasets"
urlpatterns = [
    path("", datasets.dataset_list, name="dataset-list"),
    path("new/", datasets.dataset_new, name="dataset-new"),
    path("add/", adding.dataset_add, name="dataset-add"),
    path("<uuid:dataset>/", datasets.dataset_detail, name="dataset-detail"),
    path("<uuid:dataset>/rename/", datasets.dataset_rename, name="dataset-rename"),
    path("<uuid:dataset>/archive/", datasets.dataset_archive, name="dataset-archive"),
    path("<uuid:dataset>/remove/", datasets.rows_remove, name="rows-remove"),
    path("<uuid:dataset>/download/", downloads.version_download, name="version-download"),
    path(
        "<uuid:dataset>/differences/", differences.version_differences, name="version-differences"
    ),
    path("<uuid:dataset>/rows/<int:row>/", datasets.row_detail, name="row-detail"),
]
