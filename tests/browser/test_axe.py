"""axe-core on every page, in both themes: nothing reported. The Django admin is not ours."""

from collections.abc import Sequence
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .desks import is_still, two_texts
from .expecting import expect
from .reading import is_dressed
from .rich import Rich, sights
from .trapping import NARROW

pytestmark = pytest.mark.django_db(transaction=True)

DESK: Any = {"width": 1280, "height": 900}
# What a theme changes; what a narrow window changes.
OF_THEME = ["color-contrast", "link-in-text-block"]
OF_WIDTH = ["target-size", "scrollable-region-focusable", "meta-viewport"]
# Pages whose markup another one of the list has, too.
PIECES = tuple(f"/p/<slug:project>/traces/{name}/" for name in ("count", "filter-row"))  # no pages
SIMILAR = ("field ", "new ", "reviewed", "history", "item, ", "span", "/invite/<", "/join/<")
RUN = """async ([rules]) => {
  const only = rules.length ? { runOnly: { type: "rule", values: rules } } : {};
  await Promise.all(document.getAnimations().map((one) => one.finished));
  const { violations } = await axe.run({ ...only, rules: { "target-size": { enabled: true } },
    resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) =>
    `${id}: ${node.target.join(" ")} ${node.html.slice(0, 120)}`));
}"""


class Examiner:
    """Tabs of all actors, and what axe says of what they show."""

    def __init__(self, someone: Any, world: Rich, *, thorough: bool = False) -> None:
        self.someone, self.world, self.thorough = someone, world, thorough
        self.pages: dict[str, Page] = {}
        self.reported: list[str] = []

    def page(self, actor: str) -> Page:
        if actor not in self.pages:
            look: Any = {"color_scheme": "light", "reduced_motion": "reduce", "viewport": DESK}
            person = self.someone(self.world.people[actor], **look)
            self.pages[actor] = person.page
        return self.pages[actor]

    def examine(self, page: Page, name: str) -> None:
        """The page as it is now: wide and light by every rule; dark and narrow by what differs."""
        is_dressed(page)
        page.evaluate(Axe().axe_script)
        self._run(page, name, ())
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(NARROW)
        self._run(page, f"{name}, dark, narrow", [*OF_THEME, *OF_WIDTH])
        page.set_viewport_size(DESK)
        if self.thorough:
            self._run(page, f"{name}, dark", OF_THEME)
        page.emulate_media(color_scheme="light")

    def _run(self, page: Page, name: str, rules: Sequence[str]) -> None:
        self.reported += [f"{name}: {one}" for one in page.evaluate(RUN, [list(rules)])]


@pytest.mark.parametrize("all_states", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_every_page(rich: Rich, someone: Any, all_states: bool) -> None:
    """Each route once; with all states, as everybody and with the rows of `more`."""
    examiner = Examiner(someone, rich, thorough=all_states)
    for sight in sights(rich, everyone=all_states):
        if sight.name in PIECES or (not all_states and sight.name.startswith(SIMILAR)):
            continue
        page = examiner.page(sight.actor)
        if sight.first:
            page.goto(sight.first)
        response = page.goto(sight.path)
        assert response
        if response.headers["content-type"].startswith("text/html"):
            examiner.examine(page, f"{sight.name} as {sight.actor}")
    assert examiner.reported == [], "\n".join(examiner.reported)


def test_the_workspace_in_each_of_its_states(rich: Rich, someone: Any) -> None:
    examiner = Examiner(someone, rich)
    page = examiner.page("annotator")
    queues = f"/p/{rich.project.slug}/annotate/queues"
    page.goto(f"{queues}/{rich.asked.pk}/workspace/")
    page.keyboard.press("/")
    expect(page.locator("[data-find-text]")).to_be_focused()
    examiner.examine(page, "find")
    page.keyboard.press("Escape")
    page.locator("[data-raw-toggle]").click()
    expect(page.locator("[data-raw-text]")).to_be_visible()
    examiner.examine(page, "raw")
    page.locator("[data-raw-toggle]").click()
    page.keyboard.press("?")
    examiner.examine(page, "keys")
    page.keyboard.press("Escape")
    page.locator("#ws-form [data-action=skip]").click()
    examiner.examine(page, "skip")
    page.keyboard.press("Escape")
    page.locator("[data-action=guidelines]").first.click()
    examiner.examine(page, "guidelines")
    page.locator("[data-action=submit]").click()
    page.locator("#ws-form [data-wrong]").first.wait_for()
    examiner.examine(page, "answers missing")
    page.evaluate(
        "for (const one of document.querySelectorAll('#ws-item details')) one.open = true"
    )
    examiner.examine(page, "all unfolded")
    two_texts(page)
    examiner.examine(page, "two texts")
    page.goto(f"{queues}/{rich.here.queue.pk}/workspace/")
    page.locator("#ws-form textarea").first.fill("an answer")
    page.locator("#ws-form:not([data-new]) [data-action=submit]").click()
    page.locator(".ws-undo").wait_for()
    is_still(page)
    page.locator(".ws-earlier").click()
    expect(page.locator("#ws-past [data-past-title]")).to_be_focused()
    examiner.examine(page, "earlier")
    assert examiner.reported == [], "\n".join(examiner.reported)
