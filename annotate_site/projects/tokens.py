"""Secrets of links and of programs: given out once, only their hash in the database."""

import hashlib
import secrets
import string

LETTERS = string.ascii_letters + string.digits


def new_token() -> str:
    """256 random bits, for an address."""
    return secrets.token_urlsafe(32)


def new_api_token() -> str:
    """48 letters and digits, 286 random bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(48))


def hash_token(token: str) -> str:
    """SHA-256 in hex, 64 characters: a slow hash protects what can be guessed, these cannot be."""
    return hashlib.sha256(token.encode()).hexdigest()
