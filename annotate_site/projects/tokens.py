"""Secrets of links and of programs: given out once, only their hash in the database."""

import hashlib
import re
import secrets
import string

LETTERS = string.ascii_letters + string.digits
API_TOKEN = re.compile(r"[A-Za-z0-9]{48}")


def new_token() -> str:
    """256 random bits, for an address."""
    return secrets.token_urlsafe(32)


def new_api_token() -> str:
    """48 letters and digits, 286 random bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(48))


def is_api_token(text: str) -> bool:
    """Whether it has the form of one; nobody is asked."""
    return API_TOKEN.fullmatch(text) is not None


def hash_token(token: str) -> str:
    """SHA-256 in hex, 64 characters: a slow hash protects what can be guessed, these cannot be."""
    return hashlib.sha256(token.encode()).hexdigest()
