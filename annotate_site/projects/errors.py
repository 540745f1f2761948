"""What can go wrong with projects, people and links, each with the sentence a person reads."""

from annotate_site.errors import Refused


class LastManager(Refused):
    code = "last_manager"


class NotInProject(Refused):
    code = "not_in_project"


class EmailTaken(Refused):
    code = "email_taken"


class LinkUnusable(Refused):
    """Invalid, expired, used up, revoked, or not for this person: always the same words."""

    code = "link_unusable"
    status = 404

    def __init__(self) -> None:
        super().__init__("This link no longer works.")


class OtherRequest(Refused):
    """An idempotency key came again, with another request than its first."""

    code = "other_body"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came before with another request. Use a new one.")
