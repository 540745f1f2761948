"""Who gets which item. `claiming` begins here: Start, Next and picking."""

from .binding import bind_items, bind_slots, unbind_slot
from .claiming import claim_next, current_hold, pick_item, retake

__all__ = [
    "bind_items",
    "bind_slots",
    "claim_next",
    "current_hold",
    "pick_item",
    "retake",
    "unbind_slot",
]
