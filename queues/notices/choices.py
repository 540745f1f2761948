"""What people want to be told: their choice, else the default of the kind."""

from annotate_site.projects.models import NoticeChoice, User

from .kinds import KINDS


def choices_of(user: User) -> dict[str, tuple[bool, bool]]:
    """By kind: in the page, by mail."""
    made = {one.kind: (one.in_page, one.by_mail) for one in NoticeChoice.objects.filter(user=user)}
    return {kind: made.get(kind, (told.in_page, told.by_mail)) for kind, told in KINDS.items()}


def wants_mail(user: User, kind: str) -> bool:
    return choices_of(user)[kind][1]
