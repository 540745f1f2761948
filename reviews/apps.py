from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from queues import lifecycle
        from queues.answers_shown import answers_shown

        from . import jobs  # noqa: F401 - registers the kinds of jobs
        from .erasing import job  # noqa: F401 - likewise
        from .results import item_answers, publishing

        lifecycle.hooks.judge = publishing.judge
        lifecycle.hooks.changed = publishing.changed
        answers_shown.of_item = item_answers.item_answers
