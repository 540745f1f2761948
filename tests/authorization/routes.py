"""Every route of the site, walked from the resolver."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from .table import PREFIXES, TABLE

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def routes(patterns: Any = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(route as in table.py, its pattern)."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, here)
        else:
            yield here, one


def unlisted(patterns: Any = None) -> list[str]:
    """Routes of ours without a line in the table."""
    found = {route for route, _ in routes(patterns) if not route.startswith(PREFIXES)}
    return sorted(found - set(TABLE))


def parameters(route: str) -> list[str]:
    return PARAMETER.findall(route)


def address(route: str, ids: dict[str, Any]) -> str:
    return "/" + PARAMETER.sub(lambda found: str(ids[found[1]]), route)
