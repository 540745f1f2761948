"""Words, a line or more."""

from dataclasses import dataclass
from typing import Any, Final

from annotate_site.text import clean_text

from ..scalars import ValueRefused
from .base import JSONValue, Kind, Schema
from .controls import Control
from .settings import Settings, count_setting, line_setting, tick_setting

LONGEST: Final = 100_000
_USUAL: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class TextBox(Control):
    template = "fields/kinds/text.html"
    has_box = True

    value: str
    multiline: bool
    placeholder: str
    clearable: bool = False


class Text(Kind):
    name = "text"
    label = "Text"
    help = "Words, a line or more."
    scale = None
    settings = (
        count_setting("min_length", "Fewest characters", 0, LONGEST, 0),
        count_setting("max_length", "Most characters", 1, LONGEST, _USUAL),
        tick_setting("multiline", "Several lines", True),
        line_setting("placeholder", "Placeholder", 200, help="Grey words in the empty box."),
    )

    def check(self, settings: Settings) -> dict[str, str]:
        least, most = settings["min_length"], settings["max_length"]
        if least > most:
            return {"max_length": f"At most {most} is shorter than the {least} asked for at least."}
        return {}

    def judge(self, settings: Settings, value: object) -> JSONValue:
        if not isinstance(value, str):
            raise ValueRefused("Give a text.")
        text = clean_text(value)
        length, least, most = len(text), settings["min_length"], settings["max_length"]
        if length > most:
            raise ValueRefused(f"Write {most} characters at most; there are {length}.")
        if length < least:
            raise ValueRefused(f"Write {least} characters at least; there are {length}.")
        return text

    def show(self, settings: Settings, value: Any) -> str:
        return str(value)

    def summary(self, settings: Settings) -> list[str]:
        least, most = settings["min_length"], settings["max_length"]
        length = f"{least} to {most} characters" if least else f"up to {most} characters"
        return [length, "" if settings["multiline"] else "one line"]

    def control(self, settings: Settings, posted: list[str]) -> Control:
        return TextBox(
            value="".join(posted[:1]),
            multiline=settings["multiline"],
            placeholder=settings["placeholder"],
            hint=_hint(settings),
        )

    def schema(self, settings: Settings) -> Schema:
        return {
            "type": "string",
            "minLength": settings["min_length"],
            "maxLength": settings["max_length"],
        }


def _hint(settings: Settings) -> str:
    least, most = settings["min_length"], settings["max_length"]
    if least:
        return f"{least} to {most} characters."
    return f"{most} characters at most." if most < _USUAL else ""
