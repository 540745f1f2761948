"""`python -m tests.bench`: claim and submit through HTTP, the same in bare SQL, and the budgets.

Exit status 1 where a request failed or an invariant is broken; a missed budget is only told.
"""

import os
import sys
import time

from .ground import fresh_site, web_server


def main() -> int:
    began = time.monotonic()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}. Preparing.", flush=True)
    with fresh_site():
        from . import run  # imports models, so only once Django is set up

        with web_server() as port:
            failed = run.measure_all(port)
    print(f"{time.monotonic() - began:.0f} s in all")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
