"""Who works in a queue, and the links that bring them."""

from .links import make_link, revoke_link, use_link
from .members import (
    add_members,
    deactivate_person,
    remove_member,
    remove_person,
    set_away,
    set_rights,
)

__all__ = [
    "add_members",
    "deactivate_person",
    "make_link",
    "remove_member",
    "remove_person",
    "revoke_link",
    "set_away",
    "set_rights",
    "use_link",
]
