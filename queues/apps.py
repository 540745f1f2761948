from django.apps import AppConfig


class QueuesConfig(AppConfig):
    name = "queues"

    def ready(self) -> None:
        # Registers people in the admin, who stand above their own app; and the kinds of jobs.
        from . import admin_people, jobs, sample_jobs  # noqa: F401
