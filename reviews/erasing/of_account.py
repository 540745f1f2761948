"""A person's account on this site: name and address go, and with them every way in.

What they submitted stays and counts, as that of an erased person: answers, notes, reviews, remarks.
Drafts, lists and tokens of theirs go.
"""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from annotate_site import sql
from annotate_site.projects.actions import lock_person
from annotate_site.projects.events import Actor, change, record
from annotate_site.projects.models import (
    IdempotencyKey,
    Invitation,
    Mail,
    NoticeChoice,
    Project,
    SignInLink,
    User,
)
from queues.actions.people.members import deactivate_person, remove_person
from traces.models import ChosenColumns, SavedView

from ..models import Annotation, AnnotationState, Review, Score
from .of_sender import ERASING

# Columns that name annotators end in their address; another's may end in the same letters.
COLUMNS = """
update traces_datasetrow r
   set annotations = (select json_object_agg(
                               case when right(a.key, length(%(email)s)) = %(email)s
                                    then left(a.key, -length(%(email)s)) || %(now)s
                                    else a.key end, a.value)
                        from json_each(r.annotations) a),
       erased_at = clock_timestamp()
 where r.annotations::text like %(like)s
"""


@dataclass(frozen=True)
class Account:
    """What there is of somebody: what goes, and what stays under another name."""

    projects: int
    drafts: int
    annotations: int
    scores: int


def count_account(user: User) -> Account:
    """Changes nothing."""
    mine = Annotation.objects.filter(annotator=user)
    return Account(
        projects=user.memberships.count(),
        drafts=mine.filter(state=AnnotationState.DRAFT).count(),
        annotations=mine.filter(state=AnnotationState.SUBMITTED).count(),
        scores=Score.objects.filter(annotator=user).count(),
    )


def erase_account(*, user: User, reason: str, actor: Actor) -> None:
    """Raises LastManager where they alone manage a project: make somebody else a manager first."""
    with transaction.atomic():
        projects = list(Project.objects.filter(memberships__user=user).order_by("pk"))
        for project in projects:
            remove_person(project=project, user=user, actor=actor)
        deactivate_person(user=user, actor=actor)
        person = lock_person(user)
        was, person.name = person.email, f"Erased person {person.pk}"
        person.email = f"erased-{person.pk}@erased.invalid"
        person.is_staff = person.is_superuser = False
        person.last_login = None
        person.set_unusable_password()
        person.save()
        _forget(person, was)
        told = ("account", person.pk, "content", "", "erased")
        record(*(change(project, actor, *told, reason=reason) for project in projects))


def _forget(person: User, email: str) -> None:
    Annotation.objects.filter(annotator=person, state=AnnotationState.DRAFT).update(draft={})
    Review.objects.filter(reviewer=person, decided_at=None).update(draft={})
    Invitation.objects.filter(used_by=person).update(note=person.name)
    for model in (SignInLink, IdempotencyKey, ChosenColumns, EmailAddress, NoticeChoice, Mail):
        manager: Any = model._default_manager
        manager.filter(user=person).delete()
    SavedView.objects.filter(created_by=person, shared=False).delete()
    sql.run(ERASING, ["on"])
    like = email.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    was, now = f" · {email}", f" · {person.email}"
    sql.run(COLUMNS, {"email": was, "now": now, "like": f"%{like}%"})
    sql.run(ERASING, ["off"])
