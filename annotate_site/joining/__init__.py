"""The pages behind links that let people in: an invitation, a queue's share link, a password.

A `LinkKind` is one kind of link; `enter` is its page, the same for all kinds.
"""

from .pages import LinkKind, Offer, enter

__all__ = ["LinkKind", "Offer", "enter"]
