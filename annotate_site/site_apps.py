from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SiteConfig(AppConfig):
    """The site itself: template tags, checks; no models."""

    name = "annotate_site"
    label = "site"


class StaffAdminConfig(AdminConfig):
    default_site = "annotate_site.staff_admin.StaffAdmin"
