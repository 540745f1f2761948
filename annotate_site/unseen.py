"""Characters that nobody sees: turning, joining and tag characters, and controls such as BEL.

Whoever judges a text must know of them; where writing needs them they are letters as any other.
"""

import html
import re
import unicodedata

from annotate_site.text import TURNING

# Unicode's format and control characters, but for white space, the soft hyphen and number signs.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+"
)
TAG_OR_UNSEEN = re.compile(rf'<(?:"[^"]*"|[^">])*>|{UNSEEN.pattern}')
# Scripts whose letters are joined or kept apart, and scripts without spaces between words.
JOINING = re.compile(
    "[\u0620-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc]"
)
UNSPACED = re.compile("[\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff]")
EMOJI = re.compile("[\u00a9\u00ae\u203c-\u2bff\u3030-\u3299\ufe0f\U0001f000-\U0001faff]")
TAGS_FROM = "\U000e0000"
FLAG, FLAG_TAGS = "\U0001f3f4", re.compile("[\U000e0020-\U000e007e]{2,6}\U000e007f")
# Marks of direction keep their force: they put in order what right-to-left writing needs.
DIRECTIONS = re.compile("[\u061c\u200e\u200f]+")

MOST_MARKS = 2_000  # in one text; of what is beyond, what turns is U+FFFD, the rest is as it is
MOST_NAMES = 4
MOST_SPELLED = 200
SHORT = {
    "\u061c": "ALM", "\u200b": "ZWSP", "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u200e": "LRM",
    "\u200f": "RLM", "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO",
    "\u202e": "RLO", "\u2060": "WJ", "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI",
    "\u2069": "PDI", "\ufeff": "BOM", "\x7f": "DEL",
}  # fmt: skip
CONTROLS = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR",
    "SO", "SI", "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC",
    "FS", "GS", "RS", "US",
]  # fmt: skip
SHORT |= {chr(code): short for code, short in enumerate(CONTROLS)}


def mark_unseen(escaped: str) -> str:
    """Escaped text, or HTML, with a mark around each run of unseen characters outside of tags.

    The characters stay in it, so that whoever copies the text has them; the styles keep them from
    turning what is around them.
    """
    marks = 0

    def marked(found: re.Match[str]) -> str:
        nonlocal marks
        run = found[0]
        if run[0] == "<" or _belongs(run, *_around(found)):
            return run
        marks += 1
        return _mark(run) if marks <= MOST_MARKS else TURNING.sub("\ufffd", run)

    return TAG_OR_UNSEEN.sub(marked, escaped) if UNSEEN.search(escaped) else escaped


def name_of(character: str) -> str:
    """ "U+202E right-to-left override", "U+0007 control character BEL"."""
    name = unicodedata.name(character, "").lower()
    if not name:
        name = f"control character {SHORT.get(character, '')}".rstrip()
    return f"U+{ord(character):04X} {name}"


def _mark(run: str) -> str:
    short = SHORT.get(run[0], "TAG" if run[0] >= TAGS_FROM else f"{ord(run[0]):04X}")
    count = f" +{len(run) - 1:,}" if len(run) > 1 else ""
    direction = " direction" if DIRECTIONS.fullmatch(run) else ""
    return (
        f'<span class="unseen{direction}" role="img" data-char="{short}{count}"'
        f' title="{html.escape(_names(run))}">{run}</span>'
    )


def _names(run: str) -> str:
    """What the mark says of a run; of tag characters, with which one can write, what they spell."""
    if all(character >= TAGS_FROM for character in run):
        spelled = "".join(chr(ord(c) - ord(TAGS_FROM)) for c in run[:MOST_SPELLED])
        return f"{len(run):,} tag characters: {UNSEEN.sub('', spelled)}"
    more = f" and {len(run) - MOST_NAMES:,} more" if len(run) > MOST_NAMES else ""
    return ", ".join(map(name_of, run[:MOST_NAMES])) + more


def _around(found: re.Match[str]) -> tuple[str, str]:
    start, end = found.span()
    return found.string[max(0, start - 1) : start], found.string[end : end + 1]


def _belongs(run: str, before: str, after: str) -> bool:
    """Whether writing needs it there."""
    match run:
        case "\ufeff":
            return not before
        case "\u200b":
            return bool(UNSPACED.match(before))
        case "\u200c":
            return bool(JOINING.match(before))
        case "\u200d":
            return bool(JOINING.match(before) or (EMOJI.match(before) and EMOJI.match(after)))
    return before == FLAG and bool(FLAG_TAGS.fullmatch(run))
