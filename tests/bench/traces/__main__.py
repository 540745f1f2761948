"""`python -m tests.bench.traces 10000 100000`: the page of traces at these sizes, and the indexes.

A million takes some minutes to make; plans of the statements are kept in `page.PLANS`.
"""

import os
import sys
import time

from tests.bench.ground import fresh_site


def main(sizes: list[int]) -> None:
    began = time.monotonic()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. Preparing.", flush=True)
    with fresh_site():
        from . import indexes, page  # import models, so only once Django is set up
        from .rows import crowd

        page.PLANS.unlink(missing_ok=True)
        for many in sizes:
            here = time.monotonic()
            made = crowd(many)
            print(f"\n{many:,} traces, made in {time.monotonic() - here:.0f} s", flush=True)
            page.measure(made, many)
        indexes.measure(made)
    print(f"\nPlans: {page.PLANS}\n{time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000])
