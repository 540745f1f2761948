from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class SiteConfig(AppConfig):
    """The site itself: template tags, checks; no models."""

    name = "annotate_site"
    label = "site"

    def ready(self) -> None:
        """Make the tasks of every app the site's, whatever process sends them."""
        import_module("annotate_site.celery")


class StaffAdminConfig(AdminConfig):
    default_site = "annotate_site.staff_admin.StaffAdmin"
