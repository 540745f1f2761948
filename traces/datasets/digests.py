"""What a row and a version are known by, so that anybody can count them again.

A row: SHA-256 over the canonical JSON of the columns in CONTENT,
which has its keys in order of code points, no blanks, and is UTF-8. A version: SHA-256 over the
digests of its rows in their order, a line feed between two; so it is checked row by row.
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

CONTENT = ("source", "inputs", "outputs", "expected", "annotations")


def row_digest(content: dict[str, Any]) -> str:
    """`content` has the keys of CONTENT; others do not count."""
    return sha256(canonical({key: content[key] for key in CONTENT}).encode()).hexdigest()


def version_digest(digests: Iterable[str]) -> str:
    return sha256("\n".join(digests).encode()).hexdigest()


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
