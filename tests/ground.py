"""Loaded by pytest before Django's settings: the servers and the environment of the tests.

They live in `var/test`, apart from those of a running `make run`.
"""

import os
from pathlib import Path

import psycopg

from annotate_site.local.embedded import provide
from annotate_site.local.environment import is_set, use_local_settings

# A power cut may ruin the database of the tests; tests of durability have servers of their own.
UNSAFE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def write_without_waiting(url: str) -> None:
    """The embedded PostgreSQL keeps these settings with its data."""
    with psycopg.connect(url, user="postgres", dbname="postgres", autocommit=True) as connection:
        for name, value in UNSAFE.items():
            connection.execute(f"alter system set {name} = {value}".encode())
        connection.execute("select pg_reload_conf()")


ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("ANNOTATE_VAR", str(ROOT / "var" / "test"))
use_local_settings(ROOT, always=True)
named_by_us = is_set("DATABASE_URL")
provide(ROOT)
if not named_by_us:
    write_without_waiting(os.environ["DATABASE_URL"])
