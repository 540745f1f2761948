from django.apps import AppConfig


class TracesConfig(AppConfig):
    name = "traces"

    def ready(self) -> None:
        from . import import_job, jobs  # noqa: F401 - registers the kinds of jobs
        from .datasets import jobs as datasets_jobs  # noqa: F401 - likewise
