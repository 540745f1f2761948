"""How the process that unpacks says what it cannot."""

LOST = b"!"  # begins a line that is no row, but the reason why one is lost


class Refused(Exception):
    """Why the rest of a file cannot be read: one sentence for a user."""
