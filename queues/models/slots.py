"""Slots and reservations: the two tables that make a queue exact.

A slot is one required annotation of an item in a round; its row carries state, holder, token and
expiry, so that "never more than N" is the number of rows and not a count that races.
A reservation is one person's hold on a slot, and stays as the history of that hold.
"""

from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, F, Q

from annotate_site.projects.models import User

from ..states import BoundWhy, Ending, SlotState
from .items import Item
from .queues import Queue

HELD, DONE, FREE = SlotState.HELD, SlotState.DONE, SlotState.FREE


class Slot(models.Model):
    """`rank` (= -priority) and `seq` repeat the item's, so that (rank, seq) > (...) seeks."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="slots")
    round = models.PositiveIntegerField(default=1)
    rank = models.IntegerField(default=0)
    seq = models.BigIntegerField()
    state = models.CharField(max_length=4, choices=SlotState.choices, default=FREE)
    annotator = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    assigned_to = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    bound_at = models.DateTimeField(null=True)
    bound_why = models.CharField(max_length=9, choices=BoundWhy.choices, blank=True)
    token = models.UUIDField(null=True)
    held_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    remaining = models.DurationField(null=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "round", "annotator"],
                condition=Q(state__in=[HELD, DONE]),
                name="slot_one_per_annotator",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[HELD, DONE], annotator__isnull=False)
                | (~Q(state__in=[HELD, DONE]) & Q(annotator=None)),
                name="slot_annotator",
            ),
            models.CheckConstraint(
                condition=Q(state=HELD, token__isnull=False) | (~Q(state=HELD) & Q(token=None)),
                name="slot_token",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=HELD, held_at__isnull=False)
                    & (
                        Q(expires_at__isnull=False, remaining=None)
                        | Q(expires_at=None, remaining__isnull=False)
                    )
                )
                | (~Q(state=HELD) & Q(expires_at=None, remaining=None)),
                name="slot_lease",
            ),
            models.CheckConstraint(
                condition=Q(assigned_to=None, bound_why="", bound_at=None)
                | (Q(assigned_to__isnull=False, bound_at__isnull=False) & ~Q(bound_why="")),
                name="slot_binding",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "rank", "seq"], condition=Q(state=FREE), name="slot_free"
            ),
            models.Index(
                fields=["queue", "returned_at", "id"],
                condition=Q(state=FREE, returned_at__isnull=False, assigned_to=None),
                name="slot_returned",
            ),
            models.Index(fields=["queue", "expires_at"], condition=Q(state=HELD), name="slot_held"),
            models.Index(  # in the order in which its owner comes to them
                "queue",
                "assigned_to",
                ExpressionWrapper(Q(bound_why=BoundWhy.SENT_BACK), BooleanField()).desc(),
                "bound_at",
                "returned_at",
                "rank",
                "seq",
                condition=Q(state=FREE, assigned_to__isnull=False),
                name="slot_bound",
            ),
            models.Index(
                fields=["queue", "bound_at"],
                condition=Q(state=FREE, bound_why=BoundWhy.SENT_BACK),
                name="slot_sent_back",
            ),
        ]


class Reservation(models.Model):
    """`ending` and `ended_at` say how and when a hold ended; both empty: it is live or lapsed.

    `draft_saved_at`, `refused_at`: marks for work without a hold; offered again by Next.
    """

    class Kind(models.TextChoices):
        ANNOTATE = "annotate"
        REVIEW = "review"

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ANNOTATE)
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    item = models.ForeignKey(Item, models.CASCADE, related_name="reservations")
    slot = models.ForeignKey(Slot, models.CASCADE, null=True, related_name="reservations")
    round = models.PositiveIntegerField()
    annotator = models.ForeignKey(User, models.PROTECT, related_name="+")
    token = models.UUIDField(unique=True)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=14, choices=Ending.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    cleared_at = models.DateTimeField(null=True)
    draft_saved_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "annotator"],
                condition=Q(kind="annotate", ended_at=None, parked_at=None),
                name="reservation_one_unparked",
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(kind="review", ended_at=None),
                name="reservation_one_review",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="reservation_ending",
            ),
            models.CheckConstraint(
                condition=Q(kind="annotate", slot__isnull=False) | Q(kind="review", slot=None),
                name="reservation_slot",
            ),
        ]
        indexes = [
            models.Index("queue", "annotator", F("opened_at").desc(), name="reservation_history"),
            models.Index(
                "queue",
                "annotator",
                F("ended_at").desc(),
                condition=Q(ending="skipped"),
                name="reservation_latest_skip",
            ),
            models.Index(
                fields=["queue", "annotator"],
                condition=Q(ended_at=None) | Q(draft_saved_at__isnull=False),
                name="reservation_to_resume",
            ),
            models.Index(
                fields=["item"],
                condition=Q(ending="skipped", cleared_at=None),
                name="reservation_skips",
            ),
        ]
