"""Loaded by pytest before Django's settings: the servers and the environment of the tests.

They live in `var/test`, apart from those of a running `make run`.
"""

import os
from pathlib import Path

from annotate_site.local.embedded import provide
from annotate_site.local.environment import use_local_settings

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("ANNOTATE_VAR", str(ROOT / "var" / "test"))
use_local_settings(ROOT, always=True)
provide(ROOT)
