"""What is done on a page before its picture is taken."""

from collections.abc import Callable

from playwright.sync_api import Page

SETTLED = 600  # milliseconds that a page takes over its own first moves


def click(selector: str) -> Callable[[Page], None]:
    """Where it is there and shown: some pages say at once what others say after a click."""

    def do(page: Page) -> None:
        found = page.locator(selector).first
        if found.count() and found.is_visible():
            found.click()

    return do


def tick_three(page: Page) -> None:
    for box in page.locator("[data-bulk-item]").all()[:3]:
        box.check()


def add_three(page: Page) -> None:
    tick_three(page)
    page.get_by_role("button", name="Add to queue").click()
    page.wait_for_load_state("networkidle")


def preview_first(page: Page) -> None:
    """Shown beside the list; on a phone over it."""
    click("[data-browse-item]")(page)
    page.wait_for_selector("#browse-panel:not([hidden])")


def raise_form(page: Page) -> None:
    """On a phone the form is a sheet; on a desk, its end is shown, once the page has focused."""
    page.wait_for_timeout(SETTLED)
    click("[data-sheet]")(page)
    page.locator(".answer").last.scroll_into_view_if_needed()


def type_offline(page: Page) -> None:
    raise_form(page)
    page.route("**/draft/", lambda route: route.abort("internetdisconnected"))
    page.locator("#ws-form textarea:visible").last.fill("Asked for a photo, but not of the label.")
    page.locator("#ws-saved[data-saved=failed]").wait_for()


def type_in_two_tabs(page: Page) -> None:
    """Both see the item as it was; the other one is saved first."""
    page.unroute("**/draft/")
    other = page.context.new_page()
    other.goto(page.url)
    for tab, text in ((other, "Polite, and too short."), (page, "Polite, and short enough.")):
        raise_form(tab)
        tab.locator("#ws-form textarea:visible").last.fill(text)
        tab.locator("#ws-saved:not([data-saved=saving])").wait_for()
    other.close()
    page.locator("#ws-notice [data-about=conflict]").wait_for()
    page.locator("#ws-notice").scroll_into_view_if_needed()


def look_back(page: Page) -> None:
    click(".ws-earlier")(page)
    page.wait_for_selector("#ws-past:not([hidden])")


def find_in_item(page: Page) -> None:
    page.wait_for_timeout(SETTLED)
    click("[data-find-open]")(page)
    page.keyboard.type("order")
    page.wait_for_timeout(SETTLED)


def submit_too_early(page: Page) -> None:
    page.locator("[data-action=submit]").click()
    page.wait_for_timeout(SETTLED)
