"""Session and person of a request, each by one constant statement: every page asks for both."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db

from annotate_site import sql

from .models import User

SESSION = "select session_data from django_session where session_key = %s and expire_date > now()"
PERSON = f"select {sql.columns(User, 'person')} from projects_user person where person.id = %s"


class SessionStore(db.SessionStore):
    """Django's sessions in the database, read without the ORM."""

    def load(self) -> dict[str, Any]:
        found = sql.one(SESSION, [self.session_key])
        if found is None:
            self._session_key = None
            return {}
        content: dict[str, Any] = self.decode(found.session_data)
        return content


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's sign-in by e-mail address; whoever is signed in is read without the ORM."""

    def get_user(self, user_id: int) -> User | None:
        found = sql.one(PERSON, [user_id])
        person = sql.made(User, found, "person") if found else None
        return person if person and self.user_can_authenticate(person) else None
