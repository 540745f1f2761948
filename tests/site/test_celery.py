"""Jobs sent from anywhere in the site go to the site's own broker."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery import current_app
from django.conf import settings


def test_tasks_belong_to_the_site_in_every_thread() -> None:
    def name_and_broker() -> tuple[str, str]:
        return current_app.main, current_app.conf.broker_url

    expected = ("annotate", settings.CELERY_BROKER_URL)
    assert name_and_broker() == expected
    with ThreadPoolExecutor(1) as pool:  # the web server answers in threads
        assert pool.submit(name_and_broker).result() == expected


def test_what_beat_sends_is_known_to_workers_and_expires() -> None:
    """Else a day without a worker leaves thousands of messages to the one that comes."""
    current_app.loader.import_default_modules()
    schedule: dict[str, dict[str, Any]] = settings.CELERY_BEAT_SCHEDULE
    assert set(schedule) == {
        "sweep", "feed", "notify", "remind", "drain", "settle", "keep", "prune",
    }  # fmt: skip
    for name, entry in schedule.items():
        assert entry["task"] in current_app.tasks, name
        assert entry["schedule"] <= entry.get("options", {}).get("expires", 0) <= 3600, name
