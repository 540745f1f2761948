from importlib import import_module

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        """Register the kinds of jobs, and what queues call when an item changes."""
        from queues import lifecycle
        from queues.answers_shown import answers_shown
        from queues.effort import effort_shown
        from queues.notices.digest import digest
        from traces import hooks as of_traces
        from traces.judged_cells import judged_cells

        from .actions.reporting import keep_arrived
        from .judging import columns
        from .queries.effort import effort_of
        from .queries.my_work import waiting_in
        from .results import item_answers, listed_answers, publishing

        for module in ("jobs", "erasing.job"):
            import_module(f"reviews.{module}")
        lifecycle.hooks.judge = publishing.judge
        lifecycle.hooks.changed = publishing.changed
        digest.waiting = waiting_in
        answers_shown.of_item = item_answers.item_answers
        answers_shown.of_list = listed_answers.list_answers
        answers_shown.differing = listed_answers.differing_items
        effort_shown.of = effort_of
        of_traces.hooks.arrived = keep_arrived
        judged_cells.of = columns.judged_cells
