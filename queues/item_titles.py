"""What an item is called, wherever it is named to people."""

from typing import Protocol

from traces.titles import Heading, heading_of


class Named(Protocol):
    """An item, or a row of a list that stands for one."""

    @property
    def title(self) -> str: ...
    @property
    def preview(self) -> str: ...


class Naming(Protocol):
    """The item's queue, or a row that knows which line is repeated there."""

    @property
    def repeated_line(self) -> str: ...


def item_heading(item: Named, queue: Naming) -> Heading:
    """From what was frozen with the item, so that it reveals no more than its lists do."""
    return heading_of(item.title, item.preview, repeated=queue.repeated_line)
