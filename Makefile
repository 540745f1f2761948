# `make` lists the targets. PYTHON=python3.13 chooses another Python for a new .venv.

PYTHON ?= python3
WORKERS ?= 2
TRACES ?= 10000 100000 1000000
PY = .venv/bin/python
PIP = $(PY) -m pip --disable-pip-version-check

# Tests start hundreds of processes: what one has compiled, the next ones read.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL = help
.DELETE_ON_ERROR:
.PHONY: run test test-outside check bench screenshots soak clean help

run: .venv/.installed-run ## Serve at http://127.0.0.1:8000 (PORT=...); Ctrl-C stops everything
	@exec $(PY) -m annotate_site.local.supervisor

test: .venv/.installed-dev ## Run the tests (ARGS="tests/queues -k claim"; WORKERS=0; REQUIRE_BROWSER=1)
	$(PY) -m pytest --numprocesses $(WORKERS) --dist loadgroup $(ARGS)

test-outside: .venv/.installed-run .venv-outside/.installed ## Send and read with programs of others (ARGS=)
	.venv-outside/bin/python -m pytest -c tests/outside/pytest.ini --rootdir . tests/outside $(ARGS)

# Production settings, on values that nobody uses; nothing here asks the database.
check: export ANNOTATE_ENV = production
check: export SECRET_KEY := $(shell head -c 60 /dev/urandom | base64 | tr -d '\n')
check: export ALLOWED_HOSTS = annotate.example.org
check: export DATABASE_URL = postgresql://%2Fnowhere/annotate
check: export REDIS_URL = redis://127.0.0.1:1/0
check: .venv/.installed-dev ## Lint, format, types, templates, migrations, deployment settings
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m djlint --quiet --lint templates
	$(PY) -W "ignore:Got an error checking" manage.py makemigrations --check --dry-run
	$(PY) manage.py check --deploy --fail-level WARNING

bench: .venv/.installed-dev ## Measure the queue beside the same SQL, and the page of traces (TRACES="10000 1000000")
	$(PY) -m tests.bench
	$(PY) -m tests.bench.traces $(TRACES)

screenshots: .venv/.installed-dev ## Take pictures of every page
	$(PY) -m tests.screenshots

soak: .venv/.installed-dev ## Prove the queue with the full counts, for hours (GRANTS, KILLS, EXAMPLES)
	SOAK=1 $(PY) -m pytest --numprocesses $(WORKERS) --dist loadgroup -m soak --timeout 7200 $(ARGS)

clean: ## Remove what can be made again; the data in var/ stays
	rm -rf .venv .venv-outside .mypy_cache .pytest_cache .ruff_cache .hypothesis var/test var/static var/static.stamp
	find . -name __pycache__ -prune -exec rm -rf {} +

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: PYTHON=/path/to/python3.11 make run"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "Python cannot make a .venv; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/.installed-%: pyproject.toml constraints.txt tools/requirements.py | $(PY)
	@echo "Installing what the site needs into .venv"
	@$(PY) tools/requirements.py $* > .venv/requirements-$*.txt
	@$(PIP) install --quiet --constraint constraints.txt --requirement .venv/requirements-$*.txt
	@touch $@

# Beside the site's own, which is to hold what it holds in production.
.venv-outside/.installed: pyproject.toml constraints.txt tools/requirements.py | $(PY)
	@echo "Installing programs of others into .venv-outside"
	@$(PY) -m venv .venv-outside
	@$(PY) tools/requirements.py outside > .venv-outside/requirements.txt
	@.venv-outside/bin/python -m pip --disable-pip-version-check install --quiet \
		--constraint constraints.txt --requirement .venv-outside/requirements.txt
	@touch $@
