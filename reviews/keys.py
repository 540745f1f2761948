"""The keys of workspace and review: one table for handlers, printed caps and the sheet.

`templates/reviews/_keys.html` renders the sheet; `static/js/keys.js` reads what each key does from
that sheet; `{% keycap %}` prints the caps at the controls. A key that is not here does nothing.
"""

from dataclasses import dataclass

ANSWERING, READING = "Answering", "Reading"


@dataclass(frozen=True)
class Key:
    """`does` is the `data-action` of the control, or a word that keys.js knows.

    `press`: values of KeyboardEvent.key in lower case, "space" for a blank; "mod+" is Ctrl, or ⌘ on
    a Mac. `caps`: what is printed. `own`: heard by another script, and listed here so that nothing
    else takes it. `part`: the heading of the sheet that it stands under.
    """

    does: str
    press: tuple[str, ...]
    caps: tuple[str, ...]
    says: str
    own: bool = False
    part: str = "The item"

    @property
    def spelled(self) -> str:
        """For `data-press`: presses with blanks between them."""
        return " ".join(self.press)

    @property
    def aria(self) -> str:
        """For `aria-keyshortcuts`."""
        return " ".join(_aria(one) for one in self.press)


def _aria(press: str) -> str:
    if press.startswith("shift+"):
        return f"Shift+{_aria(press.removeprefix('shift+'))}"
    if press.startswith("mod+"):
        rest = press.removeprefix("mod+").capitalize()
        return f"Control+{rest} Meta+{rest}"
    if press.startswith("arrow"):
        return f"Arrow{press.removeprefix('arrow').capitalize()}"
    return press.capitalize()


def letter(does: str, key: str, says: str, *, own: bool = False, part: str = "The item") -> Key:
    return Key(does, (key,), (key.upper(),), says, own, part)


def answering(does: str, press: tuple[str, ...], caps: tuple[str, ...], says: str) -> Key:
    return Key(does, press, caps, says, part=ANSWERING)


def reading(does: str, press: tuple[str, ...], caps: tuple[str, ...], says: str) -> Key:
    return Key(does, press, caps, says, part=READING)


DIGITS = tuple("123456789")
ANSWER = (
    answering(
        "choose", DIGITS, ("1", "–", "9"), "Choose in the current field, the one with the bar"
    ),
    answering("before", ("arrowup",), ("↑",), "Previous field"),
    answering("after", ("arrowdown",), ("↓",), "Next field"),
    answering("open-field", ("a",), ("A",), "Next field without an answer"),
    answering("into", ("enter",), ("↵",), "Into the current field: to type, to move a slider"),
    answering("out", ("escape",), ("Esc",), "Back to the item"),
)
READ = (
    reading("screen-down", ("space", "pagedown"), ("Space",), "Scroll the item; Page Down too"),
    reading("screen-up", ("shift+space", "pageup"), ("⇧", "Space"), "Scroll back; Page Up too"),
    reading("line-down", ("j",), ("J",), "A few lines down"),
    reading("line-up", ("k",), ("K",), "A few lines up"),
    reading("top", ("home",), ("Home",), "To the beginning of the item"),
    reading("bottom", ("end",), ("End",), "To its end"),
    reading("turn", ("n",), ("N",), "Next message"),
    reading("turn-before", ("shift+n",), ("⇧", "N"), "Previous message"),
    reading("failed", ("w",), ("W",), "Next failed step"),
    reading("folds", ("x",), ("X",), "Open or close everything folded"),
    letter("find", "/", "Find in the item", own=True, part=READING),
    letter("raw", "r", "Raw view of the item, and back", own=True, part=READING),
)
EXTEND = letter("extend", "e", "Extend the time")
GUIDELINES = letter("guidelines", "g", "Guidelines")
SHEET = letter("keys", "?", "This list")

WORKSPACE = (
    *ANSWER,
    Key("submit", ("mod+enter",), ("Ctrl", "↵"), "Submit and next, also while typing"),
    Key("back", ("arrowleft",), ("←",), "Back through the items you submitted"),
    Key("next", ("arrowright",), ("→",), "Forward again, to the current item"),
    letter("skip", "s", "Skip this item"),
    letter("park", "p", "Park it for later"),
    EXTEND,
    letter("undo", "u", "Undo the last submit or skip, for 30 seconds"),
    GUIDELINES,
    SHEET,
    *READ,
)
REVIEW = (
    *ANSWER,
    Key("submit", ("mod+enter",), ("Ctrl", "↵"), "Approve, also while typing"),
    letter("send-back", "b", "Send back"),
    EXTEND,
    GUIDELINES,
    SHEET,
    *READ,
)
TABLES = {"workspace": WORKSPACE, "review": REVIEW}
