"""Playwright's `expect`, which looks ten times a second for as long as it waits.

Its own looks only twice a second once a quarter of one has passed, but for short timeouts.
"""

import time
from typing import Any, cast

from playwright.sync_api import Expect, Locator, Page
from playwright.sync_api import expect as playwrights

MOST_SECONDS = 20  # machines are shared; a wait ends as soon as it may
AT_A_TIME = 2400  # milliseconds; from 2,500 on it looks twice a second


class Patient:
    """Assertions that are tried again until the time is over."""

    def __init__(self, assertions: Any) -> None:
        self._assertions = assertions

    def __getattr__(self, name: str) -> Any:
        attempt = getattr(self._assertions, name)

        def until_it_holds(*args: Any, **options: Any) -> None:
            last = time.monotonic() + MOST_SECONDS
            while True:
                try:
                    attempt(*args, **options, timeout=AT_A_TIME)
                    return
                except AssertionError:
                    if time.monotonic() > last:
                        raise

        return until_it_holds


def patient(actual: Page | Locator) -> Patient:
    return Patient(playwrights(actual))


# `AssertionError`, with what is there instead, where it does not hold in time.
expect = cast(Expect, patient)
