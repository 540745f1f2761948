"""`manage.py check_invariants`: exit 1 and the offending rows where a promise is broken."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from reviews.invariants import RULES, check
from traces.datasets import invariants as of_datasets


class Command(BaseCommand):
    help = "Checks every invariant of docs/trust.md against the rows."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = check()
        for one in broken[:200]:
            self.stdout.write(f"{one.number} {one.rule}: {one.row}")
        count = len(RULES) + 2 + len(of_datasets.RULES) + 1  # those that no statement can tell
        if broken:
            sys.exit(f"{len(broken)} rows break an invariant.")
        self.stdout.write(f"All {count} invariants hold.")
