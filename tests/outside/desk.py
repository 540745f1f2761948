"""A queue, from its manager's side and from that of a person who annotates in it."""

import re
from html import unescape

from .site import Site

ID = r"[0-9a-f-]{36}"
FIELD = re.compile(rf"annotate/fields/({ID})/")
LINK = re.compile(r"http\S+/join/[\w-]+/")
ITEM = re.compile(rf"annotate/queues/{ID}/items/{ID}/")
TICKED = re.compile(r'name="(inputs|outputs)"\s+value="([^"]*)"\s+checked')
ASIDE = re.compile(r"<(script|style|template|svg)\b.*?</\1>|<[^>]+>", re.S)


class Desk:
    """One field is asked. Kwame annotates, who joined by a share link."""

    def __init__(self, site: Site) -> None:
        self._site = site
        field = {"kind": "thumbs", "settings_for": "thumbs", "name": "Was it helpful?"}
        site.send_form("annotate/fields/new/", field)
        asked = {"name": "From outside", "annotations_required": 1, "strategy": "manual",
                 "timeout": 60, "open_limit": 20,
                 "field": FIELD.findall(site.page("annotate/fields/").text)[0]}  # fmt: skip
        made = site.send_form("annotate/queues/new/", asked)
        self._queue = made.url.partition(f"/p/{site.project}/")[2]
        command = {"command": "activate"}
        site.send_form(f"{self._queue}status/", command, shown_at=self._queue)
        shared = site.send_form(
            f"{self._queue}links/new/", {"days": 1}, shown_at=f"{self._queue}links/"
        )
        self._annotator = site.sign_in("Kwame")
        self._annotator.follow(LINK.findall(shared.text)[0])

    def read(self, trace: str) -> str:
        """The text of the workspace's page, once the trace is in the queue and its item is picked.
        `trace`: our id of it.
        """
        before = self._items()
        form = f"annotate/queues/add/?trace={trace}"
        ticked = TICKED.findall(self._site.page(form).text)
        into = self._queue.split("/")[-2]
        chosen = [("trace", trace), ("shown", "1"), ("into", into), ("add", "1"), *ticked]
        self._site.send_form("annotate/queues/add/", chosen, shown_at=form)
        [item] = self._items() - before
        page = self._annotator.send_form(f"{item}pick/", {}, shown_at=self._queue)
        assert page.url.endswith(f"{self._queue}workspace/")
        return text_of(page.text)

    def _items(self) -> set[str]:
        return set(ITEM.findall(self._site.page(self._queue).text))


def text_of(page: str) -> str:
    """What is to be read on a page, in its order."""
    return " ".join(unescape(ASIDE.sub(" ", page)).split())


def in_order(text: str, *parts: str) -> None:
    """Each is there, behind the one before."""
    place = 0
    for part in parts:
        found = text.find(part, place)
        assert found >= 0, f"{part!r} is not behind {text[:place][-80:]!r}: {text[place:]}"
        place = found + len(part)
