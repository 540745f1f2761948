from django.apps import AppConfig


class TracesConfig(AppConfig):
    name = "traces"

    def ready(self) -> None:
        from . import import_job  # noqa: F401 - registers the kind of job
        from .datasets import jobs  # noqa: F401 - likewise
