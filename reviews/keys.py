"""The keys of workspace and review: one table for handlers, printed caps and the sheet.

`templates/reviews/_keys.html` renders the sheet; `static/js/keys.js` reads what each key does from
that sheet; `{% keycap %}` prints the caps at the controls. A key that is not here does nothing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Key:
    """`does` is the `data-action` of the control, or a word that keys.js knows.

    `press`: values of KeyboardEvent.key in lower case; "mod+" is Ctrl, or ⌘ on a Mac. `caps`: what
    is printed. `own`: heard by another script, and listed here so that nothing else takes it.
    """

    does: str
    press: tuple[str, ...]
    caps: tuple[str, ...]
    says: str
    own: bool = False

    @property
    def spelled(self) -> str:
        """For `data-press`: presses with blanks between them."""
        return " ".join(self.press)

    @property
    def aria(self) -> str:
        """For `aria-keyshortcuts`."""
        return " ".join(_aria(one) for one in self.press)


def _aria(press: str) -> str:
    if press.startswith("mod+"):
        rest = press.removeprefix("mod+").capitalize()
        return f"Control+{rest} Meta+{rest}"
    if press.startswith("arrow"):
        return f"Arrow{press.removeprefix('arrow').capitalize()}"
    return press.upper()


def letter(does: str, key: str, says: str, *, own: bool = False) -> Key:
    return Key(does, (key,), (key.upper(),), says, own)


CHOOSE = Key(
    "choose", tuple("123456789"), ("1", "–", "9"), "Choose in the field that has the focus"
)
EXTEND = letter("extend", "e", "Extend the time")
GUIDELINES = letter("guidelines", "g", "Guidelines")
RAW = letter("raw", "r", "Raw view of the item", own=True)
FIND = letter("find", "/", "Find in the item", own=True)
SHEET = letter("keys", "?", "This list")
BEFORE = Key("before", ("arrowup",), ("↑",), "Field before")
AFTER = Key("after", ("arrowdown",), ("↓",), "Field after")

WORKSPACE = (
    Key("submit", ("mod+enter",), ("Ctrl", "↵"), "Submit and next, also while typing"),
    CHOOSE,
    BEFORE,
    AFTER,
    Key("back", ("arrowleft",), ("←",), "Back through the items you submitted"),
    Key("next", ("arrowright",), ("→",), "Forward again, to the present item"),
    letter("skip", "s", "Skip this item"),
    letter("park", "p", "Park it for later"),
    EXTEND,
    letter("undo", "u", "Undo the last submit or skip, for 30 seconds"),
    GUIDELINES,
    RAW,
    FIND,
    SHEET,
)
REVIEW = (
    Key("submit", ("mod+enter",), ("Ctrl", "↵"), "Approve, also while typing"),
    CHOOSE,
    BEFORE,
    AFTER,
    EXTEND,
    GUIDELINES,
    RAW,
    FIND,
    SHEET,
)
TABLES = {"workspace": WORKSPACE, "review": REVIEW}
