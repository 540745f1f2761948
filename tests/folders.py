"""Folders for servers that run as another user."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def open_folder() -> Iterator[Path]:
    """Not among pytest's own, which the next run of pytest closes to everybody else."""
    with TemporaryDirectory(prefix="annotate-test-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
