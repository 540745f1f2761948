"""The time zones that a project can be in, by the names of the IANA database."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError

UTC = "UTC"
# Names that the database keeps for old programs, and zones of no place.
NOT_OFFERED = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/")


@cache
def time_zones() -> tuple[str, ...]:
    """UTC, then the names with a region, in alphabetical order."""
    named = (name for name in available_timezones() if "/" in name)
    return (UTC, *sorted(name for name in named if not name.startswith(NOT_OFFERED)))


def validate_time_zone(name: str) -> None:
    """Raises ValidationError."""
    if name not in time_zones():
        raise ValidationError(
            "There is no time zone %(name)r. Write it like Europe/Berlin or America/New_York.",
            params={"name": name},
        )
