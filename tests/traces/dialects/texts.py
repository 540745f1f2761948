"""The texts that a payload holds."""

import re
from typing import Any

from traces.reading.json_text import opened

# Words that tell what a thing is; a reading says them in its own way.
SAYS_WHAT = {
    "type", "role", "from", "object", "lc", "format", "media_type", "mimeType", "detail",
    "mediaType", "contentType", "state", "status", "mime_type", "modality", "outcome",
    "kind", "part_kind", "block_type", "image_mimetype", "content_type",
    "$type", "MimeType", "Label",
}  # fmt: skip
_SHORTEST = 5
SPEAKER = re.compile(r"(?:Human|User|Assistant|[HA]):[ \t]*")


def texts_in(value: Any, key: str = "") -> list[str]:
    """The texts that people or models wrote; ids that join calls to results, and words that tell
    what a thing is, are not among them; nor is the path of a class, which is a list as an id.
    """
    if isinstance(value, dict):
        said = {name: one for name, one in value.items() if (name, type(one)) != ("id", list)}
        return [text for name, one in said.items() for text in texts_in(one, name)]
    if isinstance(value, list):
        return [text for one in value for text in texts_in(one, key)]
    if (inside := opened(value)) is not value:
        return texts_in(inside)
    says_what = key == "event.name" or key.rpartition(".")[2] in SAYS_WHAT
    if not isinstance(value, str) or says_what:
        return []
    lines = (SPEAKER.sub("", line.strip()) for line in value.splitlines())
    return [repr(line)[1:-1] for line in lines if len(line) >= _SHORTEST]
