from importlib import import_module

from django.apps import AppConfig


class TracesConfig(AppConfig):
    name = "traces"

    def ready(self) -> None:
        """Register the kinds of jobs."""
        for module in ("import_job", "jobs", "datasets.jobs"):
            import_module(f"traces.{module}")
