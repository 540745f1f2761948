"""The rows in which the options of a choice are typed."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Final

from django import forms
from django.http import QueryDict

KEYS: Final = ("label", "value", "description", "color")
FRESH_ROWS: Final = 3

Row = dict[str, str]


class OptionRows(forms.Widget):
    """Reads `option-label`, `option-value`, `option-description`, `option-color`, each repeated."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        return read_rows(data)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return "option-label" not in data


def read_rows(data: QueryDict) -> list[Row]:
    """All rows of the form, empty ones too; a missing cell is empty."""
    columns = [data.getlist(f"option-{key}") for key in KEYS]
    cells = zip_longest(*columns, fillvalue="")
    return [dict(zip(KEYS, row, strict=True)) for row in cells]


def given_rows(rows: Sequence[Row] | None) -> list[Row]:
    """The rows in which something is written; a colour alone is no option."""
    return [row for row in rows or [] if not _is_blank(row)]


def rows_to_show(rows: Sequence[Row] | None) -> list[Row]:
    """What was typed, numbered as the messages number it, then the blank rows."""
    shown = sorted(rows or [], key=_is_blank)
    return shown + [_blank() for _ in range(FRESH_ROWS - len(shown))]


def edit_rows(data: QueryDict, edit: str) -> QueryDict:
    """The form after "add", "drop-2" or "raise-2" (rows count from 0); others change nothing."""
    rows = read_rows(data)
    verb, _, digits = edit.partition("-")
    place = int(digits) if digits.isdecimal() and len(digits) < 5 else -1
    if verb == "add":
        rows.append(_blank())
    elif verb == "drop" and 0 <= place < len(rows):
        del rows[place]
    elif verb == "raise" and 0 < place < len(rows):
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    else:
        return data
    edited = data.copy()
    set_rows(edited, rows)
    return edited


def set_rows(data: QueryDict, rows: Sequence[Row]) -> None:
    """Writes the rows as the form sends them."""
    for key in KEYS:
        data.setlist(f"option-{key}", [row.get(key, "") for row in rows])


def _is_blank(row: Row) -> bool:
    return not any(row[key].strip() for key in KEYS[:3])


def _blank() -> Row:
    return dict.fromkeys(KEYS, "")
