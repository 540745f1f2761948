"""Style sheets as they are served say what is written in them, in the browser's own reading."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from annotate_site.assets import shorter

pytestmark = pytest.mark.django_db(transaction=True)
SHEETS = sorted((Path(settings.BASE_DIR) / "static" / "css").glob("*.css"))
# `a *:is(b)` and `a :is(b)` are one selector; the packing writes the former.
RULES = """text => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  const plain = (rule) => rule.cssText.replace(/ \\*:/g, " :").replace(/,\\s+/g, ",");
  return [...sheet.cssRules].map(plain);
}"""


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.stem)
def test_a_packed_style_sheet_has_the_same_rules(someone: Any, sheet: Path) -> None:
    page, written = someone().page, sheet.read_text()
    packed = shorter(f"css/{sheet.name}", written)
    assert len(packed) < len(written)
    assert page.evaluate(RULES, packed) == page.evaluate(RULES, written)
