from django.urls import include, path

from .views import exports, home, mine, refused, workspace

QUEUE = "p/<slug:project>/annotate/queues/<uuid:queue>/"
in_queue = [
    path("workspace/", workspace.workspace, name="workspace"),
    path("workspace/undo/", workspace.undo, name="undo"),
    path("mine/", mine.own_work, name="own-work"),
    path("items/<uuid:item>/correct/", mine.item_correct, name="item-correct"),
    path("refused/<int:reservation>/accept/", refused.refused_accept, name="refused-accept"),
    path("export/", exports.queue_export, name="queue-export"),
    path("items/<uuid:item>/pick/", workspace.item_pick, name="item-pick"),
    path("items/<uuid:item>/draft/", workspace.item_draft, name="item-draft"),
    path("items/<uuid:item>/submit/", workspace.item_submit, name="item-submit"),
    path("items/<uuid:item>/skip/", workspace.item_skip, name="item-skip"),
    path("items/<uuid:item>/park/", workspace.item_park, name="item-park"),
    path("items/<uuid:item>/extend/", workspace.item_extend, name="item-extend"),
]
urlpatterns = [
    path("", home.my_work, name="home"),
    path(QUEUE, include((in_queue, "reviews"))),
]
