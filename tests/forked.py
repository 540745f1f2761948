"""Processes forked from a test: each opens a connection of its own."""

from typing import Any

from django.db import connection

INHERITED: list[Any] = []


def forget_inherited_connection() -> None:
    """A forked process opens its own; the parent's is kept from being closed by its collector."""
    INHERITED.append(connection.connection)
    connection.connection = None
