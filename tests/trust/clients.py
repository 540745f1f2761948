"""Annotators over HTTP who write down what they sent and what was acknowledged.

An answer that never came, or an error of the server, is *unknown*: it may have counted or not.
Like a browser that comes back online, a client sends an unknown submit again, under its own
submission id, until it is told.
"""

import gzip
import http.client
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode
from uuid import uuid4

from tests.site.composing import HOST

from .site import Campaign, Site

HIDDEN = re.compile(r'<input type="hidden" name="(token|round|version)" value="([^"]*)"')
ITEM = re.compile(r'data-item="([^"]+)"')
CSRF = "c" * 32  # cookie and header agree, which is what is asked
PAUSE = 0.05  # before asking again a site that did not answer
TRIES = 2000  # longer than a site takes to be up again
NOT_A_TELL = (OSError, http.client.HTTPException, EOFError)


@dataclass(frozen=True)
class Sent:
    """One submit: `told` is accepted, refused, or unknown."""

    user: int
    item: str
    words: str
    told: str


@dataclass
class Log:
    sent: list[Sent] = field(default_factory=list)
    saved: dict[tuple[int, str], str] = field(default_factory=dict)  # last acknowledged text
    told: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)


class Unknown(Exception):
    """No answer, or one of 500 and more."""


class Stopped(Exception):
    """Told to stop before an answer came: what was asked stays unknown."""


class Annotator(threading.Thread):
    """Works until told to stop, or until nothing is left."""

    def __init__(self, site: Site, campaign: Campaign, user: int, port: int | None = None) -> None:
        super().__init__(daemon=True)
        self.port = port or site.port
        self.campaign, self.user = campaign, user
        self.root = f"/p/{campaign.slug}/annotate/queues/{campaign.queue}"
        self.start_path = f"{self.root}/workspace/"
        self.log, self.chance = Log(), Random(user)
        self.stopping = threading.Event()
        self.cycles = 0
        self.said = ""  # of the last request without an answer
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                self.cycle()
        except Stopped:
            pass
        except Exception as error:
            self.log.troubles.append(repr(error))
        finally:
            self.connection.close()

    def cycle(self) -> None:
        """Starts, types, saves, and submits or skips; whatever is unknown is asked again."""
        page = self.insist(self.start_path, {})[1]
        found = ITEM.search(page)
        if found is None:
            time.sleep(PAUSE)
            return
        form = page[page.index('id="ws-form"') :].partition("</form>")[0]
        item, hidden = found[1], dict(HIDDEN.findall(form))
        words = f"{self.user} {uuid4()}"
        if self.chance.random() < 0.3:
            self.save(item, hidden, words)
        if self.chance.random() < 0.1:
            self.insist(f"{self.root}/items/{item}/skip/", hidden | {"reason": "Not mine"})
            self.log.told["skipped"] += 1
        else:
            self.submit(item, hidden, words)
        self.cycles += 1

    def save(self, item: str, hidden: dict[str, str], words: str) -> None:
        """Autosave, once: an unknown one leaves the page with an old version."""
        form = hidden | {"submission_id": str(uuid4()), f"f-{self.campaign.field}": words}
        try:
            status, body = self.ask(f"{self.root}/items/{item}/draft/", form)
        except Unknown:
            self.log.told["save unknown"] += 1
            return
        found = re.search(r'"version": (\d+)', body)
        if status == 200 and found:
            hidden["version"] = found[1]
            self.log.saved[self.user, item] = words
            self.log.told["saved"] += 1
        else:
            self.log.told[f"save answered {status}"] += 1

    def submit(self, item: str, hidden: dict[str, str], words: str) -> None:
        form = hidden | {"submission_id": str(uuid4()), f"f-{self.campaign.field}": words}
        self.log.sent.append(Sent(self.user, item, words, "unknown"))
        status, _ = self.insist(f"{self.root}/items/{item}/submit/", form)
        told = {200: "accepted", 409: "refused"}.get(status, f"status {status}")
        self.log.sent[-1] = Sent(self.user, item, words, told)
        self.log.told[told] += 1

    def insist(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        for _ in range(TRIES):
            try:
                return self.ask(path, form)
            except Unknown:
                self.log.told["unknown"] += 1
                if self.stopping.wait(PAUSE):
                    raise Stopped from None
        raise TimeoutError(f"no answer to {path}")

    def ask(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        cookies = f"__Host-session={self.campaign.sessions[self.user]}; __Host-csrf={CSRF}"
        headers = {
            "Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9",
            "Referer": f"https://{HOST}/", "Cookie": cookies, "Accept-Encoding": "gzip",
            "HX-Request": "true", "X-CSRFToken": CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        try:
            self.connection.request("POST", path, urlencode(form), headers)
            response = self.connection.getresponse()
            body = response.read()
        except NOT_A_TELL as error:
            self.connection.close()  # the next request opens another
            self.said = f"{path}: {error!r}"
            raise Unknown from error
        if response.status >= 500:
            self.said = f"{path}: {response.status}"
            raise Unknown
        packed = response.headers.get("Content-Encoding") == "gzip"
        return response.status, (gzip.decompress(body) if packed else body).decode()

    def end(self) -> None:
        self.stopping.set()
        self.join(60)
        assert not self.is_alive(), "a client hangs"


def violations(site: Site, campaign: Campaign, logs: list[Log]) -> Counter[str]:
    """In the manner of Jepsen: what was acknowledged is there; what is unknown may be either."""
    rows = site.ask(
        "select a.annotator_id, a.item_id::text, a.state, s.value #>> '{}',"
        "       a.draft #>> array['values', %s, '0']"
        "  from reviews_annotation a left join reviews_score s"
        "    on s.annotation_id = a.id and s.superseded_at is null"
        " where a.queue_id = %s",
        campaign.field, campaign.queue,
    )  # fmt: skip
    there = {(user, item): value for user, item, state, value, _ in rows if state == "submitted"}
    drafts = {(user, item): draft for user, item, state, _, draft in rows if state == "draft"}
    found: Counter[str] = Counter()
    sent = [one for log in logs for one in log.sent]
    for one in sent:
        is_there = there.get((one.user, one.item)) == one.words
        found["acknowledged but lost"] += one.told == "accepted" and not is_there
        found["refused but counted"] += one.told == "refused" and is_there
        found["neither accepted nor refused"] += one.told.startswith("status")
    words = {(one.user, one.item, one.words) for one in sent}
    found["counted but never sent"] = sum(
        (*key, value) not in words for key, value in there.items()
    )
    for log in logs:
        for key, text in log.saved.items():
            later = {one.words for one in log.sent if (one.user, one.item) == key}
            kept = key in there or drafts.get(key) in {text} | later
            found["saved but lost"] += not kept
        found["trouble"] += len(log.troubles)
    return +found
