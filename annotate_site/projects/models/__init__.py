from .notices import Mail, MailEnding, Notice, NoticeChoice, NoticeKind
from .people import Invitation, Membership, Project, Role, SignInLink, User
from .records import Event, Heartbeat, IdempotencyKey, Job, JobError, Outbox
from .tokens import ApiToken, ApiUse, Scope

__all__ = [
    "ApiToken",
    "ApiUse",
    "Event",
    "Heartbeat",
    "IdempotencyKey",
    "Invitation",
    "Job",
    "JobError",
    "Mail",
    "MailEnding",
    "Membership",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "Outbox",
    "Project",
    "Role",
    "Scope",
    "SignInLink",
    "User",
]
