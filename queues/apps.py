from django.apps import AppConfig


class QueuesConfig(AppConfig):
    name = "queues"

    def ready(self) -> None:
        from . import admin_people  # noqa: F401  registers people, who stand above their own app
