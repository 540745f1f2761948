"""The Celery application: `celery -A annotate_site worker`, `celery -A annotate_site beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate_site.settings")

app = Celery("annotate")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["annotate_site.jobs"])  # no app of Django's, so not found above
