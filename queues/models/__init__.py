from .items import Batch, Item, ItemOpened, TraceOpened
from .queues import (
    GuidelinesVersion,
    Queue,
    QueueDeal,
    QueueField,
    QueueMember,
    QueueParts,
    ShareLink,
)
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
    "QueueParts",
    "Reservation",
    "ShareLink",
    "Slot",
    "TraceOpened",
]
