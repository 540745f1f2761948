"""The signed link in a mail: who opens it reads the mail of that address. It is not stored."""

from dataclasses import asdict, dataclass

from django.core import signing

HOURS = 24
SALT = "annotate.confirm-email"


@dataclass(frozen=True)
class Confirmation:
    """An address, and the link behind which it was typed: its kind's purpose and page, its hash."""

    email: str
    purpose: str
    page: str
    link_hash: str

    def sign(self) -> str:
        return signing.dumps(asdict(self), salt=SALT)


def read_confirmation(token: str) -> Confirmation | None:
    """None where it is not signed for this, or older than a day."""
    try:
        return Confirmation(**signing.loads(token, salt=SALT, max_age=HOURS * 3600))
    except signing.BadSignature:
        return None
