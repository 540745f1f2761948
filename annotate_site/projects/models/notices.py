"""What people are told, in the page and by mail, and what of it they want to be told."""

from django.db import models
from django.db.models.functions import Now

from .people import Project, User


class NoticeKind(models.TextChoices):
    """What each is about, and how it is told: `queues/notices/kinds.py`."""

    INVITED = "invited"
    SENT_BACK = "sent_back"
    REVIEW = "review"
    DUE_SOON = "due_soon"
    COMPLETED = "completed"
    DIGEST = "digest"  # by mail alone


class NoticeQuerySet(models.QuerySet["Notice"]):
    def shown_to(self, user: User) -> "NoticeQuerySet":
        """Those of the kinds that the person wants to see in the page."""
        off = NoticeChoice.objects.filter(user=user, in_page=False).values("kind")
        return self.filter(user=user, project__archived_at=None).exclude(kind__in=off)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)


class Notice(models.Model):
    """One person is told one kind of thing about one queue: a row that is told again, not another.

    `queue_id` is a plain id: this app stands below the one that owns the rows. `count`: of how many
    items it tells; `at`: when there was last anything new.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="notices")
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    queue_id = models.UUIDField()
    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    count = models.PositiveIntegerField(default=0, db_default=0)
    at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "queue_id", "kind"], name="notice_unique")
        ]
        indexes = [
            models.Index(
                fields=["user"], condition=models.Q(read_at__isnull=True), name="notice_unread"
            ),
            models.Index(fields=["kind", "queue_id"], name="notice_by_kind"),
        ]


class NoticeChoice(models.Model):
    """Whether somebody wants a kind of notice; without a row the default of the kind holds."""

    user = models.ForeignKey(User, models.PROTECT, related_name="notice_choices")
    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    in_page = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_unique")
        ]


class MailEnding(models.TextChoices):
    SENT = "sent"
    NEEDLESS = "needless"  # read in the page, nothing waits any more, not wanted or not allowed
    INTERRUPTED = "interrupted"  # its worker died while it was being sent; not sent again
    GIVEN_UP = "given_up"


class Mail(models.Model):
    """A mail to one person that a worker sends, once; what it says is looked up by then.

    `begun_at`: since when it is being given to the mail server; `day`: of a digest alone.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    queue_id = models.UUIDField(null=True)
    day = models.DateField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(
        max_length=11, choices=MailEnding.choices, blank=True, default="", db_default=""
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "queue_id", "kind"],
                condition=models.Q(ended_at__isnull=True),
                name="mail_waits_once",
            ),
            models.UniqueConstraint(
                fields=["user", "day"],
                condition=models.Q(day__isnull=False),
                name="mail_digest_once_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ending="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ending="")),
                name="mail_ending",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(ended_at__isnull=True),
                name="mail_waiting",
            ),
            models.Index(fields=["user", "queue_id", "kind"], name="mail_of_person"),
        ]
