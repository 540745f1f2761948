"""Content as it is stored: JSON to be read as text, or taken away."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

MOST_RAW = 1_000_000  # characters of it that a page shows


def json_text(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False)


def json_file(content: Any) -> HttpResponse:
    """The JSON as a response of its own, which no browser takes for a page."""
    text = json_text(content).encode(errors="replace")
    return HttpResponse(text, content_type="application/json; charset=utf-8")
