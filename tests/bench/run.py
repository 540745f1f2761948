"""Every measurement of a run, and how it is printed."""

from reviews.invariants import check

from . import (
    analytics,
    bare_sql,
    counting,
    exports,
    growth,
    imports,
    in_browser,
    memory,
    over_api,
    over_http,
    reading,
    spans,
)
from .crowd import Figures, Shift, figures, work
from .scene import CONTENT_BYTES, ITEMS, Post, Scene
from .telling import budget

CROWDS = (1, 8, 32)
# Both in turn, so that what else the machine does meanwhile meets both alike.
SLICES, HTTP_SECONDS, BARE_SECONDS = 3, 3.0, 0.4
LEAST_SHARE, LEAST_SHARE_OF_API = 0.25, 0.4  # of the bare SQL; the API at 8 and 32
MOST_STATEMENTS_OF_PAGE, MOST_STATEMENTS_OF_NEXT = 12, 25
MOST_BYTES_OF_PAGE, MOST_BYTES_OF_NEXT = 60_000, 20_000
MOST_MS = 100  # of a next item, on loopback
PEERS = """\
  measured elsewhere, on two cores and PostgreSQL, at 1, 8 and 32 annotators:
  Label Studio 5, 8 and 6 cycles/s (p95 of next 113, 672 and 4,270 ms); Potato, Phoenix and
  MLflow about 20; bare SQL about 630, 1,200 and 1,000"""


def measure_all(port: int) -> bool:
    """Prints everything; whether a request failed or an invariant is broken."""
    scene = Scene()
    print(
        f"\nClaim + submit, N = 1, queues of {ITEMS:,} items of {CONTENT_BYTES:,} bytes;"
        f" {SLICES} slices each, in turn"
    )
    print(f"  {'':14}annotators  cycles/s   p50 ms   p95 ms   p99 ms   cycles  errors")
    races = [_race(scene, port, people) for people in CROWDS]
    for http, api, bare in races:
        _share("HTTP", http, bare, LEAST_SHARE)
        if api.people > 1:
            _share("API", api, bare, LEAST_SHARE_OF_API)
    print(PEERS)
    alone = scene.post(1)
    _count(alone)
    _weigh(alone, port)
    _swap(alone, port)
    broken = _check()
    large, all_done = growth.measure(scene)
    exports.measure(large, all_done.pk)
    analytics.measure()
    imports.measure()
    memory.measure()
    reading.measure()
    spans.measure(port)
    errors = [error for race in races for one in race for error in one.errors]
    print("".join(f"\nFirst error:\n{error}" for error in errors[:1]), end="")
    return broken or bool(errors)


def _race(scene: Scene, port: int, people: int) -> tuple[Figures, Figures, Figures]:
    """Through the pages, by the API and in bare SQL, each in a queue of its own."""
    http: list[list[Shift]] = []
    api: list[list[Shift]] = []
    bare: list[list[Shift]] = []
    by_http, by_api = (
        over_http.sit(port, scene.post(people)),
        over_api.sit(port, scene.post(people)),
    )
    by_sql = bare_sql.sit(scene.post(people))
    for _ in range(SLICES):
        http.append(work(by_http, people, HTTP_SECONDS))
        api.append(work(by_api, people, HTTP_SECONDS))
        bare.append(work(by_sql, people, BARE_SECONDS))
    named = (("through HTTP", http), ("by the API", api), ("bare SQL", bare))
    through, by, sql = (_line(name, figures(shifts)) for name, shifts in named)
    return through, by, sql


def _share(told: str, one: Figures, bare: Figures, least: float) -> None:
    share = one.per_second / (bare.per_second or 1)
    budget(
        f"{told} / bare SQL at {one.people}", f"{share:.2f}", f"at least {least}", share >= least
    )


def _check() -> bool:
    """Says whether what was done until now left all sound; True if not."""
    broken = check()
    print("\ncheck_invariants: " + (f"{len(broken)} rows broken" if broken else "all hold"))
    for one in broken[:5]:
        print(f"  {one.number} {one.rule}: {one.row}")
    return bool(broken)


def _count(post: Post) -> None:
    page, following = counting.statements(post)
    print("\nSQL statements of one request, without BEGIN, COMMIT and SAVEPOINT")
    for told, count, most in (
        ("workspace GET", page, MOST_STATEMENTS_OF_PAGE),
        ("submit and next", following, MOST_STATEMENTS_OF_NEXT),
    ):
        budget(told, str(count), f"at most {most}", count <= most)


def _weigh(post: Post, port: int) -> None:
    page, following, requests = counting.weights(port, post)
    print("\nBytes over the wire, gzip")
    for told, size, most in (
        (f"first load, {requests} requests", page, MOST_BYTES_OF_PAGE),
        (f"next item of {CONTENT_BYTES:,} bytes", following, MOST_BYTES_OF_NEXT),
    ):
        budget(told, f"{size:,}", f"at most {most:,}", size <= most)


def _swap(post: Post, port: int) -> None:
    print("\nNext item in a browser, medians")
    if not (found := in_browser.measure(post, port)):
        return print("  no Chromium")
    ms, server_ms, _ = in_browser.middle(found)
    budget("from key to settled, ms", f"{ms:.0f}", f"below {MOST_MS}", ms < MOST_MS)
    print(f"  {'of these of the server':28}{server_ms:10.0f}")


def _line(told: str, figures: Figures) -> Figures:
    print(
        f"  {told:14}{figures.people:10}{figures.per_second:10.1f}{figures.p50:9.1f}"
        f"{figures.p95:9.1f}{figures.p99:9.1f}{figures.cycles:9}{len(figures.errors):8}",
        flush=True,
    )
    return figures
