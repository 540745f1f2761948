"""A queue and tabs at its workspace, for the tests of the workspace in a browser."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from playwright.sync_api import Locator, Page, Route

from queues.models import Queue

from .. import factories
from ..conftest import Cast
from .expecting import expect


def make_queue(cast: Cast, *, items: int = 3, **settings: Any) -> Queue:
    """A boolean, a rating, a text; two annotators."""
    fields = [
        factories.make_field(cast.project, name="Right"),
        factories.make_field(cast.project, "rating", name="Helpful"),
        factories.make_field(cast.project, "text", name="Why"),
    ]
    return factories.make_queue(
        cast.project, fields=fields, annotators=[cast.annotator, cast.second], items=items,
        guidelines="Judge the answer.", **settings,
    )  # fmt: skip


def is_still(page: Page) -> None:
    """No swap is under way, in which keys and clicks are dead."""
    expect(page.locator("body")).not_to_have_attribute("data-swapping", "")


def two_texts(page: Page, mine: str = "mine", theirs: str = "theirs") -> None:
    """Another tab stores its text of the item first, so that both are shown in this one."""
    other = page.context.new_page()
    other.goto(page.url)
    for tab, text in ((other, theirs), (page, mine)):
        tab.locator("#ws-form textarea:visible").first.fill(text)
        expect(tab.locator("#ws-saved")).not_to_have_attribute("data-saved", "saving")
    other.close()
    page.locator("#ws-notice [data-about=conflict]").wait_for()


@dataclass
class Tab:
    """One tab at a queue's workspace."""

    page: Page
    queue: Queue

    @property
    def address(self) -> str:
        return reverse("reviews:workspace", args=[self.queue.project.slug, self.queue.pk])

    def start(self) -> "Tab":
        """Opens the workspace and an item in it, which has come when its heading has the focus."""
        self.open()
        self.page.get_by_role("button", name="Start annotating").click()
        expect(self.page.locator("#ws-title")).to_be_focused()
        return self

    def open(self) -> "Tab":
        self.page.goto(self.address)
        return self

    @property
    def form(self) -> Locator:
        return self.page.locator("#ws-form")

    @property
    def word(self) -> Locator:
        return self.page.locator("#ws-saved")

    @property
    def count(self) -> Locator:
        return self.page.locator(".ws-count")

    @property
    def text(self) -> Locator:
        return self.page.locator("#ws-form textarea[name^=f-]")

    @property
    def notice(self) -> Locator:
        return self.page.locator("#ws-notice")

    @property
    def item(self) -> str:
        return self.form.get_attribute("data-item") or ""

    def press(self, *keys: str) -> None:
        """One after another, each when the page is still."""
        for key in keys:
            is_still(self.page)
            self.page.keyboard.press(key)

    def press_at_once(self, *keys: str) -> None:
        """Whatever is under way."""
        for key in keys:
            self.page.keyboard.press(key)

    def answer(self, text: str = "because") -> None:
        """All three fields, by keys."""
        self.page.locator("#ws-form [data-key='1']").first.focus()
        self.press("Escape", "1", "ArrowDown", "4", "ArrowDown", "Enter")
        self.page.keyboard.type(text)

    def looked_at(self) -> "Tab":
        """The item has been there long enough for a submit to be meant for it."""
        expect(self.form).not_to_have_attribute("data-new", "")
        return self

    def saved(self, text: str) -> "Tab":
        """Types into the text, after which the word is "Saving", and waits for it to be stored."""
        self.text.fill(text)
        expect(self.word).to_have_text("Saved")
        return self

    def has_focus(self, name: str) -> None:
        """The focus is, or comes, in the field of this name, or on what has it for an id."""
        self.page.wait_for_function(
            """name => {
              const at = document.activeElement;
              const field = at.closest(".answer")?.querySelector(".answer-name");
              return (field ? field.textContent.trim() : at.id) === name;
            }""",
            arg=name,
        )

    def is_at(self, name: str) -> None:
        """The current field is this one, or becomes it."""
        field = self.page.locator("#ws-form [data-current]").locator(".answer-name, label").first
        expect(field).to_have_text(name)

    def slowly(self, path: str) -> list[Route]:
        """Holds requests to the path back; they go on when `continue_` is called on them."""
        waiting: list[Route] = []
        self.page.route(f"**/{path}/", lambda route: waiting.append(route))
        return waiting

    def until(self, found: list[Route], count: int = 1) -> Route:
        """Waits until so many requests are held back; the last of them."""
        while len(found) < count:
            self.page.wait_for_timeout(20)
        return found[-1]
