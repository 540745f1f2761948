from importlib import import_module

from django.apps import AppConfig


class JoiningConfig(AppConfig):
    name = "annotate_site.joining"
    label = "joining"

    def ready(self) -> None:
        """Register what the worker sends."""
        import_module("annotate_site.joining.actions")
