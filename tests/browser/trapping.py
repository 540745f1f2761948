"""A browser that tells of a script that ran, of a request that left, and of a page that broke."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

TRAP = Path(__file__).with_name("trap.js").read_text()
CANARY = "window.__hits = 0; window.__hit = () => { window.__hits += 1; };"
WIDE: Any = {"width": 1440, "height": 900}
NARROW: Any = {"width": 390, "height": 844}
# Names the innermost elements that stick out.
OVERFLOW = """() => {
  const over = (element) => element && element.scrollWidth > element.clientWidth + 1;
  const sticksOut = (one) =>
    one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1;
  const told = [];
  if (over(document.documentElement)) {
    const outer = [...document.querySelectorAll("body *")].filter(sticksOut);
    const inner = outer.filter((one) => ![...one.children].some(sticksOut)).slice(0, 3);
    const name = (one) => `${one.localName}.${one.getAttribute("class") ?? ""}`;
    const names = inner.map((one) => `${name(one)} in ${name(one.parentElement)}`);
    told.push(`is wider than the window: ${names.join(", ")}`);
  }
  if (over(document.getElementById("ws-item"))) told.push("the item scrolls sideways");
  if (over(document.querySelector(".ws-fields"))) told.push("the form scrolls sideways");
  return told;
}"""
# Where the form and its button stand; a page without a form has none.
STANDING = """() => ["ws-form", "[data-action=submit]"].map((name) => {
  const found = document.getElementById(name) ?? document.querySelector(`#ws-form ${name}`);
  const box = found?.getBoundingClientRect();
  return box && [box.x, box.y, box.width, box.height].map(Math.round);
})"""


class Trap:
    """Everything that goes wrong in one browser tab, as sentences."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.origin = page, _origin(base)
        self.sprung: list[str] = []
        self.source = ""  # of all pages seen
        page.add_init_script(CANARY)
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.sprung.append(f"a script failed: {error}"))
        page.on("console", self._console)
        page.on("popup", lambda _: self.sprung.append("a window was opened"))

    def visit(self, path: str, name: str = "", sizes: Sequence[Any] = (WIDE,)) -> None:
        """Opens a page and looks at it."""
        told = len(self.sprung)
        self.page.goto(path)
        self.look(sizes)
        self.sprung[told:] = [f"{name or path}: {one}" for one in self.sprung[told:]]

    def look(self, sizes: Sequence[Any] = (WIDE,)) -> None:
        """At the page as it is now."""
        self.sprung += self.page.evaluate(TRAP)
        if hits := self.page.evaluate("window.__hits"):
            self.sprung.append(f"{hits} scripts ran")
        for size in sizes:
            if self.page.viewport_size != size:
                self.page.set_viewport_size(size)
            width = size["width"]
            self.sprung += [f"{one} at {width}" for one in self.page.evaluate(OVERFLOW)]
        self.source += self.page.content()

    def standing(self) -> Any:
        """Where form and submit button are, wide."""
        return self.page.evaluate(STANDING)

    def _dialog(self, dialog: Any) -> None:
        if dialog.type == "beforeunload":  # the page's own, where a form was typed into
            dialog.accept()
            return
        self.sprung.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if not request.url.startswith(("data:", "blob:")) and _origin(request.url) != self.origin:
            self.sprung.append(f"a request left the site: {request.url[:100]}")

    def _console(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.sprung.append(f"the console says: {message.text[:200]}")


def _origin(url: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))
