"""The traces before and after one in a list, and the page of the list that has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from .listing import PageAddress
from .models import Trace
from .queries import Cursor, read_keys
from .sorting import SORTABLE, Order


@dataclass(frozen=True)
class Neighbours:
    """`before` and `after` are ids, None at the ends of the list. `page` is the one that was given,
    or where this trace is not on it the page that begins with this trace.

    `is_cut`: no more than the traces nearby were searched, so there may be a neighbour after all.
    """

    page: PageAddress
    before: UUID | None
    after: UUID | None
    is_cut: bool


def neighbours_of(trace: Trace, page: PageAddress) -> Neighbours:
    """Sought by key from the trace on, so that each costs the same anywhere in the list.

    The trace need not match the filter itself; it has a place between those that do.
    """
    filter, order = page.listing.filter, page.listing.order
    here = _cursor_of(trace, order)
    above, end_above = read_keys(
        trace.project, filter, after=None, before=here, order=order, size=1
    )
    below, end_below = read_keys(
        trace.project, filter, after=here, before=None, order=order, size=1
    )
    before = Cursor(*above.rows[0]) if above.rows else None
    after = Cursor(*below.rows[0]) if below.rows else None
    is_cut = bool((end_above and not before) or (end_below and not after))
    if not _is_on(page, trace):
        page = replace(page, after=before, before=None)
    return Neighbours(page, before and before.id, after and after.id, is_cut)


def _cursor_of(trace: Trace, order: Order) -> Cursor:
    keyed = trace.project.traces.filter(pk=trace.pk).annotate(key=SORTABLE[order.column].key)
    return Cursor(keyed.values_list("key", flat=True).get(), trace.pk)


def _is_on(page: PageAddress, trace: Trace) -> bool:
    rows = read_keys(
        trace.project, page.listing.filter, after=page.after, before=page.before,
        order=page.listing.order,
    )[0].rows  # fmt: skip
    return any(key == trace.pk for _, key in rows)
