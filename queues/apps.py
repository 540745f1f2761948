from importlib import import_module

from django.apps import AppConfig


class QueuesConfig(AppConfig):
    name = "queues"

    def ready(self) -> None:
        """Register people in the admin, who stand above their own app; jobs, and mails."""
        for module in ("admin_people", "jobs", "sample_jobs", "notices.mail.sending"):
            import_module(f"queues.{module}")
