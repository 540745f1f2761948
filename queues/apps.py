from importlib import import_module

from django.apps import AppConfig


class QueuesConfig(AppConfig):
    name = "queues"

    def ready(self) -> None:
        """Register people in the admin, who stand above their own app; and the kinds of jobs."""
        for module in ("admin_people", "jobs", "sample_jobs"):
            import_module(f"queues.{module}")
