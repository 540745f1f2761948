from .items import Batch, Item, ItemOpened
from .queues import GuidelinesVersion, Queue, QueueDeal, QueueField, QueueMember, ShareLink
from .slots import Reservation, Slot

__all__ = [
    "Batch",
    "GuidelinesVersion",
    "Item",
    "ItemOpened",
    "Queue",
    "QueueDeal",
    "QueueField",
    "QueueMember",
    "Reservation",
    "ShareLink",
    "Slot",
]
