"""What must be in place before the site serves: tables, assets, the demo. Needs Django set up."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections


def prepare() -> None:
    """Migrate, collect the assets if they changed, load the demo once."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_static()
    call_command("load_demo")
    connections.close_all()


def collect_static() -> bool:
    """Run collectstatic unless nothing changed since the last time; say whether it ran.

    It compresses every file each time, which takes longer than all the rest of a start.
    """
    collected = Path(settings.STATIC_ROOT)
    stamp = collected.with_name("static.stamp")
    found = _fingerprint()
    if collected.exists() and stamp.exists() and stamp.read_text() == found:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(found)
    return True


def _fingerprint() -> str:
    """A hash over name, size and time of every source file of the assets."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(None):
            stat = Path(storage.path(name)).stat()
            seen.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return seen.hexdigest()
