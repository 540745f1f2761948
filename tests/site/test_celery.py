"""Jobs sent from anywhere in the site go to the site's own broker."""

from concurrent.futures import ThreadPoolExecutor

from celery import current_app
from django.conf import settings


def test_tasks_belong_to_the_site_in_every_thread() -> None:
    def name_and_broker() -> tuple[str, str]:
        return current_app.main, current_app.conf.broker_url

    expected = ("annotate", settings.CELERY_BROKER_URL)
    assert name_and_broker() == expected
    with ThreadPoolExecutor(1) as pool:  # the web server answers in threads
        assert pool.submit(name_and_broker).result() == expected
