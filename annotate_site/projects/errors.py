"""What can go wrong with projects, people and links, each with the sentence a person reads."""


class PeopleError(Exception):
    """A rule about people said no; nothing was changed."""

    code = "refused"


class LastManager(PeopleError):
    code = "last_manager"


class NotInProject(PeopleError):
    code = "not_in_project"


class EmailTaken(PeopleError):
    code = "email_taken"


class LinkUnusable(PeopleError):
    """Invalid, expired, used up, revoked, or not for this person: always the same words."""

    code = "link_unusable"

    def __init__(self) -> None:
        super().__init__("This link does not work any more.")
