from django.urls import include, path

from .datasets.views import from_queue
from .views import (
    analytics,
    earlier,
    erasing,
    exports,
    field_values,
    field_version,
    home,
    judging,
    my_history,
    refused,
    review_item,
    review_list,
    saving,
    trace_export,
    workspace,
)

QUEUE = "p/<slug:project>/annotate/queues/<uuid:queue>/"
in_queue = [
    path("workspace/", workspace.workspace, name="workspace"),
    path("workspace/undo/", workspace.undo, name="undo"),
    path("workspace/past/", earlier.past, name="past"),
    path("mine/", my_history.own_work, name="own-work"),
    path("items/<uuid:item>/mine/", my_history.own_item, name="own-item"),
    path("items/<uuid:item>/correct/", my_history.item_correct, name="item-correct"),
    path("refused/<int:reservation>/accept/", refused.refused_accept, name="refused-accept"),
    path("dataset/", from_queue.queue_dataset, name="queue-dataset"),
    path("versions/<uuid:field>/", field_version.field_version, name="field-version"),
    path("export/", exports.queue_export, name="queue-export"),
    path("analytics/", analytics.analytics, name="analytics"),
    path("analytics/export/", analytics.analytics_export, name="analytics-export"),
    path("items/<uuid:item>/pick/", workspace.item_pick, name="item-pick"),
    path("items/<uuid:item>/draft/", saving.item_draft, name="item-draft"),
    path("items/<uuid:item>/submit/", workspace.item_submit, name="item-submit"),
    path("items/<uuid:item>/skip/", workspace.item_skip, name="item-skip"),
    path("items/<uuid:item>/park/", workspace.item_park, name="item-park"),
    path("items/<uuid:item>/extend/", saving.item_extend, name="item-extend"),
    path("items/<uuid:item>/time/", saving.item_time, name="item-time"),
    path("review/", review_list.review_list, name="review-list"),
    path("review/decided/", review_list.review_decided, name="review-decided"),
    path("review/next/", review_item.review_next, name="review-next"),
    path("review/approve/", review_list.review_bulk, name="review-bulk"),
    path("items/<uuid:item>/review/", review_item.item_review, name="item-review"),
    path(
        "items/<uuid:item>/review/draft/", review_item.item_review_draft, name="item-review-draft"
    ),
    path(
        "items/<uuid:item>/review/extend/",
        review_item.item_review_extend,
        name="item-review-extend",
    ),
    path(
        "items/<uuid:item>/review/release/",
        review_item.item_review_release,
        name="item-review-release",
    ),
    path("items/<uuid:item>/approve/", review_item.item_approve, name="item-approve"),
    path("items/<uuid:item>/reject/", review_item.item_reject, name="item-reject"),
    path("items/<uuid:item>/reopen/", review_list.item_reopen, name="item-reopen"),
    path(
        "items/<uuid:item>/clear-decision/",
        review_list.item_clear_decision,
        name="item-clear-decision",
    ),
]
of_trace = [
    path("judgments/", judging.trace_judgments, name="trace-judgments"),
    path("judge/", judging.trace_judge, name="trace-judge"),
    path("judgments/<int:score>/withdraw/", judging.judgment_withdraw, name="judgment-withdraw"),
]
of_field = [path("values/", field_values.field_values, name="field-values")]
of_traces = [path("export/", trace_export.trace_export, name="trace-export")]
urlpatterns = [
    path("p/<slug:project>/traces/", include((of_traces, "judging-traces"))),
    path("p/<slug:project>/traces/<uuid:trace>/", include((of_trace, "judging"))),
    path("p/<slug:project>/annotate/fields/<uuid:field>/", include((of_field, "field-results"))),
    path("p/<slug:project>/erasing/", erasing.erasing, name="erasing"),
    path("", home.front_door, name="home"),
    path("my-work/", home.my_work, name="my-work"),
    path("projects/", home.project_list, name="project-list"),
    path("signed-in/", home.who_is_signed_in, name="signed-in"),
    path(QUEUE, include((in_queue, "reviews"))),
]
