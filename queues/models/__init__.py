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
from .rules import Rule, RuleRun
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
    "Rule",
    "RuleRun",
    "ShareLink",
    "Slot",
    "TraceOpened",
]
