"""What the page of traces takes, by filter, number of traces and depth of the page."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from tests.bench.ground import HOST
from tests.bench.telling import budget
from tests.factories import make_session
from traces.filters import Row, TraceFilter
from traces.queries import Cursor, Keys
from traces.sorting import NEWEST

from .rows import Crowd

RUNS = 20
MOST_MS, MOST_MS_APART = 150, 1000
PLANS = Path("var/bench/plans-of-the-list.txt")
DEPTHS = (0.0, 0.5, 0.99)


def named_filters(crowd: Crowd) -> dict[str, list[str]]:
    """The filters that have a budget."""
    week = timezone.now() - timedelta(days=40)
    until = week + timedelta(days=20)
    return {
        "no filter": [],
        "name and time": ["name:contains:refund", f"time:between:{_utc(week)}..{_utc(until)}"],
        "queue is": [f"queue:is:{crowd.queue}"],
        "feedback is not empty": [f"feedback.{crowd.lineage}:is_not_empty"],
        "attribute is": ["attribute.env:is:canary"],
    }


OTHERS = {
    "status is": ["status:is:error"],
    "rare name": ["name:contains:absent"],
    "model is": ["model:is:large-3"],
    "slow and rare": ["latency:gt:99999"],
    "tag is": ["tags:is:vip"],
    "span kind": ["span_kind:is:tool"],
    "attribute contains": ["attribute.region:contains:zz"],
    "text in input": ["input:contains:absent"],
    "sorted by cost": [],
}


def _utc(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%SZ"))


def measure(crowd: Crowd, many: int) -> None:
    """Prints the figures; the plans go to PLANS."""
    client = Client(HTTP_HOST=HOST)
    client.cookies["sessionid"] = make_session(crowd.manager)
    root = f"/p/{crowd.project.slug}/traces/"
    print(
        f"\nPage of {many:,} traces, server time in ms: p50, p95 of {RUNS}; and what a page reads"
    )
    for name, written in named_filters(crowd).items():
        _keep_plan(crowd, many, name, written)
        for depth in DEPTHS:
            query = _page_at(crowd, written, depth)
            times = _times(partial(client.get, root, query))
            told = f"{name}, {depth:.0%} deep"
            figures = f"{times}; {_blocks(crowd, written, query):,} blocks"
            budget(told, figures, f"p95 < {MOST_MS}", times.slow < MOST_MS)
    for name, written in OTHERS.items():
        query = {"filter": written, "sort": "-cost" if "cost" in name else ""}
        _told(name, partial(client.get, root, query))
    for page in ("count/", "over-time/", "values/"):
        for name, written in named_filters(crowd).items():
            query = {"filter": written}
            _told(f"{page} {name}", partial(client.get, root + page, query))


def _told(name: str, act: Callable[[], Any]) -> None:
    times = _times(act)
    budget(name, str(times), f"p95 < {MOST_MS_APART}", times.slow < MOST_MS_APART)


def _page_at(crowd: Crowd, written: list[str], depth: float) -> dict[str, Any]:
    """The query of the page that begins so far down the list."""
    filter = TraceFilter(tuple(Row.parse(text) for text in written))
    keys = filter.keys(crowd.project).order_by("-start", f"-{filter.key}")
    query: dict[str, Any] = {"filter": written}
    if depth:
        start, pk = keys[int(keys.order_by().count() * depth)]
        query["after"] = f"{start.isoformat()}~{pk}"
    return query


@dataclass(frozen=True)
class Times:
    """Milliseconds: half and nearly all of the requests took no longer; `own` is the processor time
    of this process in the middle one, which other load does not lengthen.
    """

    middle: float
    slow: float
    own: float

    def __str__(self) -> str:
        return f"{self.middle:.0f}, {self.slow:.0f} ({self.own:.0f})"


def _times(act: Callable[[], Any]) -> Times:
    taken, own = [], []
    for number in range(RUNS + 1):
        began, busy = time.perf_counter(), time.process_time()
        response = act()
        if number:  # the first one warms up
            taken.append(1000 * (time.perf_counter() - began))
            own.append(1000 * (time.process_time() - busy))
        assert response.status_code == 200, response.status_code
    return Times(median(taken), sorted(taken)[math.ceil(len(taken) * 0.95) - 1], median(own))


def _keys(crowd: Crowd, written: list[str], query: dict[str, Any]) -> QuerySet[Any, Any]:
    """The statement that finds the page."""
    filter = TraceFilter(tuple(Row.parse(text) for text in written))
    keyset, keys = Keys(crowd.project, NEWEST).keyset(filter), filter.keys(crowd.project)
    if after := Cursor.parse(query.get("after", "")):
        keys = keys.filter(keyset.beyond(after))
    return keyset.ordered(keys)[:51]


def _blocks(crowd: Crowd, written: list[str], query: dict[str, Any]) -> int:
    """Of 8 KB, which the statement touches: the same at any depth, on a busy machine as well."""
    plan = json.loads(
        _keys(crowd, written, query).explain(format="json", analyze=True, buffers=True)
    )
    top = plan[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])


def _keep_plan(crowd: Crowd, many: int, name: str, written: list[str]) -> None:
    plan = _keys(crowd, written, {}).explain(analyze=True, buffers=True)
    PLANS.parent.mkdir(parents=True, exist_ok=True)
    with PLANS.open("a") as file:
        file.write(f"## {name}, {many:,} traces: {json.dumps(written)}\n\n{plan}\n\n")
