"""Names within our own sentences, without the characters that turn the direction of reading.

An override in a name (U+202E) would turn the words after it too, so that a history could be
made to read as it did not happen. Letters of right-to-left scripts need none of these characters.
"""

import re

TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def strip_bidi_controls(text: str) -> str:
    """The text without overrides, embeddings and isolates; everything else as it is."""
    return TURNING.sub("", text)
