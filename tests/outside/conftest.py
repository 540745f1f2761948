from collections.abc import Iterator

import pytest

from tests.folders import open_folder

from .desk import Desk
from .site import Site


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """One running site for all tests, with its worker, an empty project and a token for it.

    - send: to `f"{site.url}/v1/..."` or `site.api("POST", "traces", [...])`, with
      `Authorization: Bearer {site.token}`, which has every scope;
    - ask as a program: `site.api("GET", "traces?filter=...").json`;
    - read as its manager: `site.page("traces/").text`;
    - act as its manager: `site.send_form("datasets/new/", {"name": "..."})`, a form's own fields
      (`shown_at` names the page with the form, where it is another);
    - operate: `site.manage("check_invariants")`.

    All tests share the project: name what you send, and look for that name.
    """
    with open_folder() as folder:
        running = Site(folder)
        try:
            running.start()
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def desk(site: Site) -> Desk:
    """`desk.read(id)`: a trace as an annotator has it before them."""
    return Desk(site)
