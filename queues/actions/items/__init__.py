"""The items of a queue, and the slots that they need."""

from .adding import add_traces
from .changing import change_priority, clear_skips, remove_item, remove_items, restore_item
from .required import change_required
from .rounds import clear_decision, reopen_item, send_back

__all__ = [
    "add_traces",
    "change_priority",
    "change_required",
    "clear_decision",
    "clear_skips",
    "remove_item",
    "remove_items",
    "reopen_item",
    "restore_item",
    "send_back",
]
