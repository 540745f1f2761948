"""Programs that others wrote, unimitated: they send to a running site and read what it gives.

`make test-outside` runs these tests in `.venv-outside`, while the site runs in `.venv`, which holds
what it holds in production. So no module of the site is imported here but the statistics, which
need none of it; what a test must know, it asks the site at its address (`site` in conftest.py).
"""
