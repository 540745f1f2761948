from django.apps import AppConfig


class JoiningConfig(AppConfig):
    name = "annotate_site.joining"
    label = "joining"

    def ready(self) -> None:
        from . import actions  # noqa: F401 - registers what the worker sends
