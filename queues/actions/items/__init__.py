"""The items of a queue, and the slots that they need."""

from .adding import add_traces
from .changing import change_priority, clear_skips, remove_item, remove_items, restore_item
from .many import clear_skips_of_items, release_items, reopen_items, require_more
from .required import change_required
from .rounds import clear_decision, reopen_item, send_back

__all__ = [
    "add_traces",
    "change_priority",
    "change_required",
    "clear_decision",
    "clear_skips",
    "clear_skips_of_items",
    "release_items",
    "remove_item",
    "remove_items",
    "reopen_item",
    "reopen_items",
    "require_more",
    "restore_item",
    "send_back",
]
