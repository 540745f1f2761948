"""PostgreSQL and Valkey without a server of one's own: what is missing is started from wheels.

A small keeper process owns each server. Every process that uses one holds a shared file lock for
its lifetime; when the last of these locks is gone, for whatever reason, the keeper stops the
server and ends. The kernel frees locks of killed processes, so nothing is ever stale.
"""

from annotate_site.local.embedded.engine import EmbeddedError
from annotate_site.local.embedded.use import provide, release, restore

__all__ = ["EmbeddedError", "provide", "release", "restore"]
