"""What the settings read: the environment, and files it names; what cannot be is a sentence.

Numbers and flags that are set to nothing, as Compose does, have their default.
"""

import os
from collections import Counter
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LONGEST_REPEAT = 3  # characters; more of a random key does not come twice
NEW_KEY = 'python -c "import secrets; print(secrets.token_urlsafe(60))"'


def env(name: str, default: str | None = None) -> str:
    """The variable, or the content of the file that NAME_FILE points at."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE): see docs/operators.md.")
    return value


def env_int(name: str, default: int) -> int:
    text = env(name, "") or str(default)
    if not text.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def env_flag(name: str, default: bool) -> bool:
    return env_choice(name, "1" if default else "0", ("1", "0")) == "1"


def env_choice(name: str, default: str, choices: Collection[str]) -> str:
    text = env(name, "") or default
    if text not in choices:
        named = ", ".join(choice or "empty" for choice in choices)
        raise ImproperlyConfigured(f"{name} must be one of {named}, not {text!r}.")
    return text


def env_list(name: str, default: str = "") -> list[str]:
    """The parts between commas, without those that are empty."""
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def demand_strong_key(key: str) -> None:
    """Raises ImproperlyConfigured for a key that somebody could guess."""
    if key.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            "SECRET_KEY is the insecure example that Django writes into new projects. "
            f"Make one of your own: {NEW_KEY}"
        )
    if len(key) < 50 or _is_guessable(key):
        raise ImproperlyConfigured(
            "SECRET_KEY is too weak: use 50 or more random characters, without repeated words "
            f"or rows of letters. Make one: {NEW_KEY}"
        )


def _is_guessable(key: str) -> bool:
    """Few different characters, one piece over and over, or characters in their own order."""
    pieces = [key[at : at + LONGEST_REPEAT] for at in range(len(key) - LONGEST_REPEAT + 1)]
    steps = Counter(ord(after) - ord(before) for before, after in pairwise(key))
    repeats = len(set(pieces)) < 0.75 * len(pieces)
    return len(set(key)) < 15 or repeats or max(steps.values()) > len(key) / 3


def demand_host_names(hosts: Collection[str]) -> None:
    """Raises ImproperlyConfigured where the site would answer to nobody, or to any name."""
    if not hosts:
        raise ImproperlyConfigured(
            "Set ALLOWED_HOSTS to the site's host names, separated by commas."
        )
    if wild := next((host for host in hosts if "*" in host), None):
        raise ImproperlyConfigured(
            f"ALLOWED_HOSTS must name the site's hosts: with {wild!r} links would lead wherever "
            "a request says. For a domain and its subdomains write .example.org"
        )


def demand_long_token(name: str, token: str) -> None:
    """Raises ImproperlyConfigured for a token that could be tried out; none at all is allowed."""
    if token and len(token) < 20:
        raise ImproperlyConfigured(f"{name} is too short: use 20 or more random characters.")


def demand_sender(host: str, sender: str) -> None:
    """Raises ImproperlyConfigured where mail would be sent from nobody."""
    if host and "@" not in sender:
        raise ImproperlyConfigured(
            "Set EMAIL_FROM to the address that mail comes from: EMAIL_HOST is set."
        )


def site_url(hosts: Collection[str], *, local: bool) -> str:
    """The site's address by the first of its host names, where nobody has told it."""
    if local:
        return f"http://127.0.0.1:{env('PORT', '') or '8000'}"
    return f"https://{next(iter(hosts)).removeprefix('.')}"


def demand_site_url(address: str) -> None:
    """Raises ImproperlyConfigured for what is no scheme and host alone."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or address.endswith("/"):
        raise ImproperlyConfigured(
            f"SITE_URL must be the site's address, like https://annotate.example.org, without a"
            f" slash at its end; it is {address!r}."
        )
