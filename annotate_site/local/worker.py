"""Worker and beat of a small site, in one process: a process of their own costs 60 MB each."""

import os
import traceback
import warnings
from pathlib import Path
from threading import Thread

from celery.beat import Service

from annotate_site.celery import app

THREADS = 2  # tasks at once
# Celery's: root is dangerous where messages can hold code, and ours are JSON only.
NO_ROOT_WARNING = "You're running the worker with superuser privileges"


def work(schedule: Path) -> None:
    """Work until SIGTERM; beat keeps when it last sent what in the file."""
    warnings.filterwarnings("ignore", NO_ROOT_WARNING)
    Thread(target=_beat, args=(schedule,), name="beat", daemon=True).start()
    options = ["--pool", "threads", "--concurrency", str(THREADS), "--loglevel", "WARNING"]
    app.worker_main(["--quiet", "worker", *options, "--without-gossip", "--without-mingle"])


def _beat(schedule: Path) -> None:
    """Should beat end, the process ends, so that both are started again."""
    try:
        app.set_current()
        scheduler = app.conf.beat_scheduler
        Service(app, schedule_filename=str(schedule), scheduler_cls=scheduler).start()
    except BaseException:
        traceback.print_exc()
    os._exit(1)
