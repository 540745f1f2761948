"""The Celery application: `celery -A annotate_site worker`, `celery -A annotate_site beat`."""

import os
from pathlib import Path

from celery import Celery
from django.conf import settings

from annotate_site.embedded import provide

if not settings.configured:  # a command of Celery's own: nobody was here before
    provide(Path(__file__).resolve().parent.parent)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate_site.settings")

app = Celery("annotate")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
