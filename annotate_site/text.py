"""Text of people and traces: as it can be stored, and as our own sentences can hold it."""

import re

# An override in a name (U+202E) would turn the words after it too, so that a history could be
# made to read as it did not happen. Letters of right-to-left scripts need none of these.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def strip_bidi_controls(text: str) -> str:
    """The text without overrides, embeddings and isolates; everything else as it is."""
    return TURNING.sub("", text)


def clean_text(text: str) -> str:
    """Return text that can be stored: newlines as "\\n", no NUL, lone surrogates as U+FFFD."""
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return paired.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def clean_line(text: str) -> str:
    """Return text as one line: cleaned, trimmed, runs of white space as one space."""
    return " ".join(clean_text(text).split())


def copy_name(name: str, longest: int, number: int = 1) -> str:
    """What a copy is called: "Tone (copy)", then "Tone (copy 2)"; as long as a name may be."""
    ending = " (copy)" if number == 1 else f" (copy {number})"
    return name[: longest - len(ending)].rstrip() + ending
