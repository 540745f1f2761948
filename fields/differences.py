"""What one version of a field changes in the one before it, in words."""

from collections.abc import Iterator
from typing import Final

from annotate_site.text import strip_bidi_controls

from .describing import settings_in_words
from .kinds.options import Option
from .models import Field

NAMED: Final = 3  # options of one sentence


def differences(old: Field, new: Field) -> list[str]:
    """Return a phrase for each thing that differs: "Number of stars: 5 → 7"."""
    return [strip_bidi_controls(phrase) for phrase in _phrases(old, new)]


def _phrases(old: Field, new: Field) -> Iterator[str]:
    if old.name != new.name:
        yield f"Renamed from “{old.name}”"
    if old.description != new.description:
        if old.description and new.description:
            yield "Description changed"
        else:
            yield "Description added" if new.description else "Description removed"
    was, now = (dict(settings_in_words(one.kind, one.settings)) for one in (old, new))
    for label in was | now:
        if was.get(label) != now.get(label):
            yield f"{label}: {was.get(label, 'none')} → {now.get(label, 'none')}"
    yield from _of_options(old.settings.get("options") or [], new.settings.get("options") or [])


def _of_options(old: list[Option], new: list[Option]) -> Iterator[str]:
    """An option is the same as long as its value is."""
    was, now = ({option["value"]: option for option in options} for options in (old, new))
    both = [value for value in was if value in now]
    renamed = [value for value in both if was[value]["label"] != now[value]["label"]]
    if added := [now[value]["label"] for value in now if value not in was]:
        yield f"Options added: {_named(added)}"
    if removed := [was[value]["label"] for value in was if value not in now]:
        yield f"Options removed: {_named(removed)}"
    if renamed:
        yield f"Options renamed: {_named([now[value]['label'] for value in renamed])}"
    if any(was[value]["description"] != now[value]["description"] for value in both):
        yield "Descriptions of options changed"
    if any(was[value]["color"] != now[value]["color"] for value in both):
        yield "Colours of options changed"
    if both != [value for value in now if value in was]:
        yield "Options in another order"


def _named(labels: list[str]) -> str:
    first = ", ".join(f"“{label}”" for label in labels[:NAMED])
    rest = len(labels) - NAMED
    return f"{first} and {rest} more" if rest > 0 else first
