from .items import Batch, Item, ItemOpened
from .queues import Queue, QueueDeal, QueueField, QueueMember, ShareLink
from .slots import Reservation, Slot

__all__ = [
    "Batch",
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
