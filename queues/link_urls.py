from django.urls import path

from .views import links

app_name = "links"
urlpatterns = [
    path("", links.link_list, name="link-list"),
    path("new/", links.link_new, name="link-new"),
    path("<int:link>/revoke/", links.link_revoke, name="link-revoke"),
]
