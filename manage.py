#!/usr/bin/env python
"""Django's command line, with embedded servers where the environment names none."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line
from django.db import ProgrammingError, connection

from annotate_site.local.embedded import EmbeddedError, provide
from annotate_site.local.environment import use_local_settings

ROOT = Path(__file__).resolve().parent
NO_DATABASE = {"check", "collectstatic", "compilemessages", "help", "makemigrations"}
NO_TABLES = "The database has no tables yet: `make run` or `python manage.py migrate` makes them."


def main(arguments: list[str]) -> None:
    """Run the command. Without DATABASE_URL this is the machine of `make run`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate_site.settings")
    use_local_settings(ROOT)
    asks_only = {"--help", "-h", "--version"} & set(arguments)
    if arguments and arguments[0] not in NO_DATABASE and not asks_only:
        try:
            provide(ROOT)
        except EmbeddedError as error:
            sys.exit(str(error))
    try:
        execute_from_command_line([sys.argv[0], *arguments])
    except ProgrammingError:
        if connection.introspection.table_names():
            raise
        sys.exit(NO_TABLES)


if __name__ == "__main__":
    main(sys.argv[1:])
