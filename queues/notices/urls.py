from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("", views.notice_list, name="notice-list"),
    path("read/", views.all_read, name="all-read"),
    path("<int:notice>/open/", views.notice_open, name="notice-open"),
    path("<int:notice>/read/", views.notice_read, name="notice-read"),
    path("settings/", views.notice_settings, name="settings"),
    path("off/<str:token>/", views.mail_stop, name="mail-stop"),
]
