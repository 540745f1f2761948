"""The Celery application: `celery -A annotate_site worker`, `celery -A annotate_site beat`."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate_site.settings")

app = Celery("annotate")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["annotate_site.jobs"])  # no app of Django's, so not found above


def tell_that_the_worker_runs(sender: Any, **_: Any) -> None:
    """Now, and each minute from now on, whatever its tasks do."""
    from annotate_site.jobs.heartbeat import EVERY, WORKER, note  # models, so not before set-up

    note(WORKER)
    sender.timer.call_repeatedly(EVERY, note, (WORKER,))


signals.worker_ready.connect(tell_that_the_worker_runs)
