from .people import Invitation, Membership, Project, Role, SignInLink, User
from .records import Event, Heartbeat, IdempotencyKey, Job, JobError, Outbox

__all__ = [
    "Event",
    "Heartbeat",
    "IdempotencyKey",
    "Invitation",
    "Job",
    "JobError",
    "Membership",
    "Outbox",
    "Project",
    "Role",
    "SignInLink",
    "User",
]
