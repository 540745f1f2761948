"""Pictures of every page into var/screenshots/: `python -m tests.screenshots [word in a name ...]`.

Serves a demo site of its own, lets its people work for a while, and visits each page as each
person, wide and narrow, light and dark. Ends with 1 where a page fails, complains in the console,
or is wider than the window. The pictures of the README and of docs/ are renewed with theirs.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from annotate_site.local.embedded import provide, release
from annotate_site.local.environment import use_local_settings
from tests.browser.conftest import FLAGS, chromium
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "var" / "screenshots"
SITE = ROOT / "var" / "screenshots-site"
IN_DOCS = ROOT / "docs" / "images"
SIZES = {"wide": (1440, 900), "narrow": (390, 844)}
THEMES = ("light", "dark")
# The states of the workspace, each in every look.
STATES = (
    "workspace-start", "workspace", "workspace-form", "workspace-refused", "workspace-offline",
    "workspace-two-texts", "workspace-returned", "workspace-find", "workspace-guidelines",
    "workspace-keys", "workspace-earlier", "workspace-paused", "workspace-others",
    "workspace-finished",
)  # fmt: skip
# By look, the pages whose pictures stand in the documents, and what is added to their names.
SHOWN = {
    "wide-light": (*STATES, "queue-detail", "queue-preview", "home-annotator", "item-review"),
    "wide-dark": STATES,
    "narrow-light": tuple(one for one in STATES if one != "workspace-keys"),  # has no keys
}  # fmt: skip
ENDING = {"wide-light": "", "wide-dark": "-dark", "narrow-light": "-phone"}
SERVE_SECONDS = 120
MOST_PIXELS = 2200  # of a picture's height
# What a browser and htmx say of a refusal that the page expects, and of a network that is cut.
REFUSED = re.compile(r"[Ss]tatus (of|Error Code) 4\d\d|ERR_INTERNET_DISCONNECTED")
PATIENCE = 5000  # milliseconds for what a page must do


@contextmanager
def serving() -> Iterator[str]:
    """A demo site with a new database; its address. This process uses the same database."""
    shutil.rmtree(SITE, ignore_errors=True)
    port = free_port()
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "HOST"):
        os.environ.pop(name, None)
    os.environ |= {"ANNOTATE_VAR": str(SITE), "PORT": str(port)}
    SITE.mkdir(parents=True)
    command = [sys.executable, "-m", "annotate_site.local.supervisor"]
    with (SITE / "site.log").open("w") as log:
        site = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        await_health(site, f"http://127.0.0.1:{port}")
        use_local_settings(ROOT, always=True)
        provide(ROOT)
        yield f"http://127.0.0.1:{port}"
    finally:
        release()
        site.terminate()
        site.wait()


def await_health(site: "subprocess.Popen[bytes]", base: str) -> None:
    deadline = time.monotonic() + SERVE_SECONDS
    while time.monotonic() < deadline and site.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/healthz", timeout=2):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    sys.exit(f"The site does not serve: see {SITE / 'site.log'}.")


class Camera:
    """Takes one page after the other as one person, and notes what is wrong with them."""

    def __init__(self, context: BrowserContext, suffix: str) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.suffix = suffix
        self.name = ""
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complain(str(error)))
        self.page.on("console", self._hear)
        self.page.on("response", self._look)

    def complain(self, sentence: str) -> None:
        self.complaints.append(f"{self.name}-{self.suffix}: {sentence}")

    def _hear(self, message: Any) -> None:
        if message.type == "error" and not REFUSED.search(message.text):
            self.complain(message.text)

    def _look(self, response: Any) -> None:
        if response.status >= 500:
            self.complain(f"{response.status} {response.url}")

    def take(self, shot: Any) -> None:
        self.name = shot.name
        try:
            self.page.goto(shot.path, wait_until="networkidle")
            if shot.then:
                shot.then(self.page)
                self.page.wait_for_load_state("networkidle")
        except PlaywrightError as error:
            self.complain(str(error).splitlines()[0])
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.complain("is wider than the window")
        target = PICTURES / f"{shot.name}-{self.suffix}.png"
        if shot.name in SHOWN.get(self.suffix, ()):
            self.page.screenshot(path=IN_DOCS / f"{shot.name}{ENDING[self.suffix]}.png")
        if shot.name.startswith("workspace"):
            self.page.screenshot(path=target)
        else:
            self.page.screenshot(
                path=target, full_page=True, clip=self._down_to_where_rows_repeat()
            )

    def _down_to_where_rows_repeat(self) -> Any:
        size = self.page.viewport_size
        assert size is not None
        height: int = self.page.evaluate("document.documentElement.scrollHeight")
        return {"x": 0, "y": 0, "width": size["width"], "height": min(height, MOST_PIXELS)}


def main(words: list[str]) -> int:
    if chromium() is None:
        sys.exit("No Chromium: put one on PATH or name it in CHROMIUM.")
    complaints: list[str] = []
    PICTURES.mkdir(parents=True, exist_ok=True)
    IN_DOCS.mkdir(parents=True, exist_ok=True)
    with serving() as base:
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "annotate_site.settings"
        django.setup()
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs a loop in this thread
        from tests.screenshots.scene import Scene

        visits = Scene().visits()
        with sync_playwright() as playwright:
            browser = launch(playwright)
            for suffix, options in looks():
                complaints += photograph(browser, base, visits, suffix, options, words)
            browser.close()
    print("\n".join(complaints) or f"The pictures are in {PICTURES}.")
    return 1 if complaints else 0


def launch(playwright: Any) -> Browser:
    flags = FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    browser: Browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
    return browser


def looks() -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and browser options of each combination of size and theme."""
    for size, (width, height) in SIZES.items():
        for theme in THEMES:
            phone = size == "narrow"
            yield (
                f"{size}-{theme}",
                {
                    "viewport": {"width": width, "height": height},
                    "color_scheme": theme,
                    "has_touch": phone,
                    "is_mobile": phone,
                },
            )


def photograph(
    browser: Browser, base: str, visits: Any, suffix: str, options: dict[str, Any], words: list[str]
) -> list[str]:
    """Every page that has one of the words in its name, in one look; the complaints."""
    complaints = []
    for person, shots in visits:
        wanted = [shot for shot in shots if not words or any(word in shot.name for word in words)]
        if not wanted:
            continue
        context = browser.new_context(base_url=base, **options)
        sign_in(context.new_page(), person)
        camera = Camera(context, suffix)
        for shot in wanted:
            camera.take(shot)
        complaints += camera.complaints
        context.close()
    return complaints


def sign_in(page: Page, person: Any) -> None:
    if person is None:
        return
    from annotate_site.projects.sign_in import make_sign_in_link

    page.goto(f"/sign-in/{make_sign_in_link(person)}/")
    page.locator("main button, form button").first.click()
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
