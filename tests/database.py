"""The database of the tests: migrated once, copied for each process, its used tables emptied.

The template stays on the server until a migration changes, so that a run of one folder starts at
once.
"""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

TEMPLATES = "annotate_template_"
# Locks of PostgreSQL: one for whoever makes or copies the template, one for each copy in use.
MAKERS_LOCK, COPIES_LOCK = 7_305_118, 7_305_119
MOST_COPIES = 100
PATIENCE = (
    " -c lock_timeout=30s -c statement_timeout=2min -c idle_in_transaction_session_timeout=2min"
)

# Those whose rows come from migrations are left alone; what a trigger keeps from being deleted is
# truncated. DELETE takes 5 ms where TRUNCATE of as many tables takes 50.
TABLES = """
select c.relname,
       exists (select 1 from pg_trigger t
                where t.tgrelid = c.oid and not t.tgisinternal and t.tgtype & 8 > 0)
  from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
"""


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """A machine that is busy makes nobody fail: not who makes a database, nor a race's second."""
    connection.settings_dict["OPTIONS"]["options"] += PATIENCE


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """In place of pytest-django's, which migrates for each process of each run."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            stack.enter_context(copied_database())
            emptying = Emptying()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: emptying.run())
        # A connection keeps the statements that it has prepared.
        patch.setattr(TransactionTestCase, "_should_reload_connections", lambda case: False)
        yield
        with django_db_blocker.unblock():
            stack.close()


@contextmanager
def copied_database() -> Iterator[None]:
    """A copy of the template, for this process alone, as the default database."""
    normal = str(connection.settings_dict["NAME"])
    with connection._nodb_cursor() as cursor:  # its session holds the lock of the copy
        name = f"test_{normal}_{_take_number(cursor)}"
        cursor.execute("select pg_advisory_lock(%s)", [MAKERS_LOCK])
        template = _find_or_make_template(cursor)
        _drop(cursor, name)
        cursor.execute(f'create database "{name}" template "{template}"')
        cursor.execute("select pg_advisory_unlock(%s)", [MAKERS_LOCK])
        _connect_to(name)
        yield
        _connect_to(normal)
        _drop(cursor, name)


class Emptying:
    """Deletes the rows of a test that has committed; no sequence starts again, no signal is sent.

    Content types and permissions stay, as everything that was there before the first test.
    """

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            final = dict(cursor.fetchall())
            cursor.execute(_used(final))
            kept = {name for (name,) in cursor.fetchall()}
        self._used = _used([name for name in final if name not in kept])
        self._final = final

    def run(self) -> None:
        connection.close_if_unusable_or_obsolete()
        with connection.cursor() as cursor:
            cursor.execute(self._used)
            used = [name for (name,) in cursor.fetchall()]
            if used:
                cursor.execute("; ".join(self._statement(name) for name in used))

    def _statement(self, name: str) -> str:
        return f'truncate "{name}" cascade' if self._final[name] else f'delete from "{name}"'


def _used(names: "list[str] | dict[str, bool]") -> str:
    """A statement that gives the tables with a row."""
    return " union all ".join(
        f"select '{name}' where exists (select 1 from \"{name}\")" for name in names
    )


def _drop(cursor: CursorWrapper, name: str) -> None:
    """With our own sessions in it, which a browser's thread may have left open.

    `with (force)` would end autovacuum, too, which is a superuser's; a plain drop may do so.
    """
    cursor.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where datname = %s and usename = current_user",
        [name],
    )
    cursor.execute(f'drop database if exists "{name}"')


def _take_number(cursor: CursorWrapper) -> int:
    """Which copy is this process's: processes and runs on one server do not meet."""
    for number in range(1, MOST_COPIES):
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [COPIES_LOCK, number])
        if cursor.fetchone() == (True,):
            return number
    raise RuntimeError("Too many test runs use this server.")


def _find_or_make_template(cursor: CursorWrapper) -> str:
    """The name of a database that all migrations have made, and nothing else."""
    template = TEMPLATES + _hash_of_migrations()
    cursor.execute("select datname from pg_database where starts_with(datname, %s)", [TEMPLATES])
    found = [name for (name,) in cursor.fetchall()]
    if template in found:
        return template
    for old in found:
        _drop(cursor, old)
    being_made = f"{template}_being_made"
    connection.settings_dict["TEST"] = connection.settings_dict["TEST"] | {"NAME": being_made}
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    cursor.execute(f'alter database "{being_made}" rename to "{template}"')
    return template


def _hash_of_migrations() -> str:
    """Of all apps, Django's included."""
    found = hashlib.sha256()
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:12]


def _connect_to(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
