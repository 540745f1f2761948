"""`python -m annotate_site.serving`: serve the site until SIGTERM or Ctrl-C."""

import argparse
import sys

from annotate_site.children import Children, Stopped, ignore_signals, stop_on_signals
from annotate_site.serving.listening import PROCESSES, THREADS, listen_at, start_web


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m annotate_site.serving")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--threads", type=int, default=THREADS, help="of each process")
    asked = parser.parse_args()
    stop_on_signals()
    children = Children()
    try:
        bound = listen_at(asked.host, asked.port, asked.processes)
        start_web(children, bound, asked.threads)
        while True:
            children.listen(60)
    except OSError as error:
        print(
            f"Cannot serve at {asked.host}, port {asked.port}: {error.strerror}.", file=sys.stderr
        )
        return 1
    except Stopped:
        return 0
    finally:
        ignore_signals()
        children.stop()


if __name__ == "__main__":
    sys.exit(main())
