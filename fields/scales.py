"""What can be said of two answers. Pure, and without Django: statistics need nothing else of it."""

from enum import StrEnum


class Scale(StrEnum):
    """The same or not; which is more; by how much."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
