"""What is downloaded as text: JSON lines and CSV."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from typing import Any

# What a spreadsheet would take for a formula, in its plain and its full-width form.
FORMULA_STARTS = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")


def json_lines(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    return (json.dumps(one, ensure_ascii=False) + "\n" for one in records)


def csv_lines(names: list[str], lines: Iterable[list[Any]]) -> Iterator[str]:
    yield _csv_line(names)
    for cells in lines:
        yield _csv_line(cells)


def marked(lines: Iterator[str]) -> Iterator[str]:
    """With the byte-order mark by which spreadsheets know UTF-8."""
    yield "\ufeff"
    yield from lines


def _csv_line(cells: list[Any]) -> str:
    out = StringIO()
    csv.writer(out).writerow([cell_text(cell) for cell in cells])
    return out.getvalue()


def cell_text(value: Any) -> Any:
    """Zero and false survive; text that a spreadsheet would run gets a leading quote."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = "; ".join(str(one) for one in value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def time_text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
