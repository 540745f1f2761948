"""What the app above does inside the transaction that stores traces."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from annotate_site.projects.events import Actor
from annotate_site.projects.models import ApiToken, Project

from .ingest.judgments import Judgment


@dataclass(frozen=True)
class Arrived:
    """Traces and sessions that spans have come of, by their senders' ids; and what was judged, of
    these or others, along with them. `token` is the sender's, where a program sends.
    """

    traces: Collection[str]
    sessions: Collection[str]
    judgments: Sequence[Judgment]
    token: ApiToken | None


@dataclass
class Hooks:
    """Filled by `reviews` in its AppConfig.ready().

    arrived: keeps the judgments, and settles what has waited for these traces and sessions. The
    digests of the judgments that said something new.
    """

    arrived: Callable[[Project, Arrived, Actor], set[str]]


hooks = Hooks(arrived=lambda project, arrived, actor: set())
