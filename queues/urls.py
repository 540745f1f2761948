from django.urls import include, path

from .views import (
    adding,
    away,
    binding,
    board,
    detail,
    history,
    item_life,
    items,
    listing,
    members,
    settings,
    statuses,
)

app_name = "queues"
in_queue = [
    path("", detail.queue_detail, name="queue-detail"),
    path("progress/", detail.queue_progress, name="queue-progress"),
    path("reservations/", board.queue_reservations, name="queue-reservations"),
    path("attention/", board.queue_attention, name="queue-attention"),
    path("settings/", settings.queue_settings, name="queue-settings"),
    path("required/", settings.queue_required, name="queue-required"),
    path("fields/", settings.queue_fields, name="queue-fields"),
    path("members/add/", members.member_add, name="member-add"),
    path("members/<int:person>/rights/", members.member_rights, name="member-rights"),
    path("members/<int:person>/remove/", members.member_remove, name="member-remove"),
    path("members/<int:person>/away/", away.member_away, name="member-away"),
    path("away/", away.away, name="away"),
    path("status/", statuses.queue_status, name="queue-status"),
    path("items/bind/", binding.items_bind, name="items-bind"),
    path("items/priority/", item_life.items_priority, name="items-priority"),
    path("items/remove/", item_life.items_remove, name="items-remove"),
    path("items/<uuid:item>/", items.item_detail, name="item-detail"),
    path("items/<uuid:item>/remove/", item_life.item_remove, name="item-remove"),
    path("items/<uuid:item>/restore/", item_life.item_restore, name="item-restore"),
    path("items/<uuid:item>/clear-skips/", item_life.item_clear_skips, name="item-clear-skips"),
    path("items/<uuid:item>/priority/", item_life.item_priority, name="item-priority"),
    path("items/<uuid:item>/history/", history.item_history, name="item-history"),
    path("items/<uuid:item>/review/end/", board.review_end, name="review-end"),
    path("items/<uuid:item>/slots/<int:slot>/release/", items.slot_release, name="slot-release"),
    path("items/<uuid:item>/bind/", binding.item_bind, name="item-bind"),
    path("items/<uuid:item>/slots/<int:slot>/unbind/", binding.slot_unbind, name="slot-unbind"),
]
urlpatterns = [
    path("annotate/queues/", listing.queue_list, name="queue-list"),
    path("annotate/queues/new/", listing.queue_new, name="queue-new"),
    path("annotate/queues/preview/", listing.guidelines_preview, name="guidelines-preview"),
    path("annotate/queues/add/", adding.item_add, name="item-add"),
    path("annotate/queues/<uuid:queue>/", include(in_queue)),
]
