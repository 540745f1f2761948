"""The timeouts of the database as settings of its role: a session behind a pooler brings none."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from annotate_site import sql

SET_FOR_NOW = "select set_config(%s, %s, true)"
KEEP_FOR_ROLE = """
do $$ begin
  alter role current_user set lock_timeout from current;
  alter role current_user set statement_timeout from current;
  alter role current_user set idle_in_transaction_session_timeout from current;
end $$
"""


class Command(BaseCommand):
    help = "Gives the role of DATABASE_URL its timeouts: needed once with DATABASE_POOLER."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            for name, value in settings.DATABASE_TIMEOUTS.items():
                sql.run(SET_FOR_NOW, [name, value])
            sql.run(KEEP_FOR_ROLE)
        timeouts = ", ".join(
            f"{name} {value}" for name, value in settings.DATABASE_TIMEOUTS.items()
        )
        self.stdout.write(f"Set for new sessions of the role: {timeouts}.")
