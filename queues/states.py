"""The states of a queue, an item and a slot, and the moves a person may make."""

from django.db.models import TextChoices


class QueueStatus(TextChoices):
    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    COMPLETED = "completed", "Completed"


QUEUE_MOVES: dict[str, set[str]] = {
    QueueStatus.DRAFT: {QueueStatus.ACTIVE},
    QueueStatus.ACTIVE: {QueueStatus.PAUSED, QueueStatus.COMPLETED},
    QueueStatus.PAUSED: {QueueStatus.ACTIVE, QueueStatus.COMPLETED},
    QueueStatus.COMPLETED: {QueueStatus.ACTIVE},
}


class Strategy(TextChoices):
    MANUAL = "manual", "Manual"
    ROUND_ROBIN = "round_robin", "Round robin"
    LOAD_BALANCED = "load_balanced", "Load balanced"


class ItemStatus(TextChoices):
    PENDING = "pending", "Pending"
    IN_PROGRESS = "in_progress", "In progress"
    SKIPPED = "skipped", "Skipped"
    PENDING_REVIEW = "pending_review", "Waiting for review"
    COMPLETED = "completed", "Completed"


class ReviewState(TextChoices):
    NONE = "", "Not reviewed"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Sent back"


class SlotState(TextChoices):
    FREE = "free"
    HELD = "held"
    DONE = "done"
    VOID = "void"


class BoundWhy(TextChoices):
    NONE = ""
    MANAGER = "manager"
    DEAL = "deal"
    SENT_BACK = "sent_back"


class TakenWhy(TextChoices):
    """Why a held slot went to its annotator: the reason of the event that says held."""

    MANAGER = "manager", "Assigned by a manager"
    DEAL = "deal", "Dealt"
    SENT_BACK = "sent_back", "Sent back"
    HELP = "help", "Taken over from a colleague's hand"
    PICKED = "picked", "Picked from the list"
    NEXT = "next", "Next in order"
    DRAFT = "draft", "Taken up again where a draft was"


class Ending(TextChoices):
    """How a hold ended; the row stays as its history."""

    SUBMITTED = "submitted"
    SKIPPED = "skipped"
    RELEASED = "released"
    EXPIRED = "expired"
    REVOKED = "revoked"
    QUEUE_CLOSED = "queue_closed"
    ITEM_REMOVED = "item_removed"
    MEMBER_REMOVED = "member_removed"
    UNDONE = "undone"
    DECIDED = "decided"
