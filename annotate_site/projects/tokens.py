"""Secret link tokens: 256 random bits in the address, only their hash in the database."""

import hashlib
import secrets


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256 in hex, 64 characters."""
    return hashlib.sha256(token.encode()).hexdigest()
