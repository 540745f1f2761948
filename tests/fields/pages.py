"""What a browser posts from the page of a new field."""

from typing import Any


def fill(
    kind: str, *, seen: str = "", options: list[str] | None = None, **said: Any
) -> dict[str, Any]:
    """The form of a field of this kind; `options` are labels of rows.

    `seen`: the kind whose settings the page shows, if another.
    """
    form = {"kind": kind, "settings_for": seen or kind, "name": "Tone", "description": "", **said}
    if options is not None:
        form["option-label"] = options
        for key in ("value", "description", "color"):
            form.setdefault(f"option-{key}", [""] * len(options))
    return form
