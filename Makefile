# One file of commands, for people and for CI. Every target that needs an environment makes it first, in .venv,
# and makes it again only when its lock file has changed: a fresh clone needs nothing but make and Python.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-long test-properties test-contract test-live test-slow test-browser test-services test-faults test-tutor dist mariadb-client bench coverage quality format docs requirements upgrade clean

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Python compiles a module when it is first imported, and keeps that, whatever the shell says: the tests start hundreds of
# processes. Compiling all modules while installing takes longer.
export PYTHONDONTWRITEBYTECODE :=
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile
LOCKS := base sandbox test faults quality doc dist tox pip-tools

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- environments -----------------------------------------------------------------------------------------------------

$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo "$(PYTHON) cannot make environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# The lock files agree with each other (see `upgrade`), so installing one after another into .venv moves nothing.
$(VENV)/installed-%: requirements/%.txt $(VENV)/created
	@echo "Installing $< into $(VENV)"
	@$(PIP_INSTALL) -r $<
	@touch $@

# The full one holds all others, which are then not installed again.
requirements: $(VENV)/installed-pip $(VENV)/installed-dev ## Make the full developer environment in .venv
	@touch $(LOCKS:%=$(VENV)/installed-%)

# --- run --------------------------------------------------------------------------------------------------------------

demo: $(VENV)/installed-sandbox ## Start the stand-in site and run the sample upload (options: DEMO_ARGS="...")
	@$(BIN)/python -m sandbox.demo $(DEMO_ARGS)

# --- check ------------------------------------------------------------------------------------------------------------

ELSEWHERE := slow or browser or faults or services

test: $(VENV)/installed-test ## Run the tests of every day: no services, nothing long (options: TEST_ARGS="...")
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not (long or $(ELSEWHERE))" $(TEST_ARGS)

test-long: $(VENV)/installed-test ## Run what make test leaves out: whole matrices, and the files that people had trouble with
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "long and not ($(ELSEWHERE))" $(TEST_ARGS)

test-properties: $(VENV)/installed-test ## Run the tests that hypothesis feeds with five times as many examples
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "hypothesis and not (slow or browser or faults or services)" \
		--hypothesis-profile thorough $(TEST_ARGS)

test-contract: $(VENV)/installed-test ## Compare the stand-in with recorded answers of course-discovery (TEST_ARGS="--exchanges ...")
	@$(BIN)/python -m pytest -n auto --dist loadscope -m "contract or not (slow or browser or faults or services)" tests/contract $(TEST_ARGS)

test-live: $(VENV)/installed-test ## Run every operation over HTTP (TEST_ARGS="--discovery-url ..." for a running discovery)
	@$(BIN)/python -m pytest tests/live $(TEST_ARGS)

test-slow: $(VENV)/installed-test ## Run the slow lane: the command and the demo as processes, many generated files
	@$(BIN)/python -m pytest -n auto --dist loadfile -m slow $(TEST_ARGS)

# Most of its time is spent waiting for leases to end, so more of it runs at once than there are processors.
FAULTS ?= faults and not slow
test-faults: $(VENV)/installed-faults ## Run the fault lane on real processes (FAULTS=faults for all of it; TEST_ARGS="--database mariadb")
	@$(BIN)/python -m pytest -n 3 --dist worksteal -m "$(FAULTS)" tests/faults $(TEST_ARGS)

ON_MARIADB := tests/contract tests/integration/pipeline tests/integration/operations/test_samples.py
WITH_MARIADB := $(BIN)/python -m tests.faults.rig.with_mariadb
REDIS_SERVER ?= $(shell command -v redis-server)

# Where the machine has no redis-server, the last line takes the Valkey of the demo.
test-services: mariadb-client ## Run on servers: S3, the contract and the pipeline on MariaDB, every operation on Redis and MariaDB
	@$(WITH_MARIADB) $(BIN)/python -m pytest -m "services or contract or not (slow or browser or faults)" tests/services $(ON_MARIADB) $(TEST_ARGS)
	@$(WITH_MARIADB) $(BIN)/python -m pytest tests/live --redis-server "$(REDIS_SERVER)" $(TEST_ARGS)

# Compiled on the spot: on Debian and Ubuntu it needs mariadb-server default-libmysqlclient-dev pkg-config gcc python3-dev.
mariadb-client: $(VENV)/installed-faults ## Add what the tests on MariaDB need; without it, the fault lane leaves those out
	@$(PIP_INSTALL) -r requirements/services.in

# Tutor's requirements are not ours: an environment of its own.
TUTOR := $(VENV)/tutor
$(TUTOR)/installed: requirements/tutor.txt tutor/pyproject.toml $(VENV)/created
	@$(PYTHON) -m venv --clear $(TUTOR)
	@$(TUTOR)/bin/python -m pip install -qq --disable-pip-version-check --no-compile -r requirements/tutor.txt
	@$(TUTOR)/bin/python -m pip install -qq --disable-pip-version-check --no-build-isolation --no-deps --editable tutor
	@touch $@

test-tutor: $(VENV)/installed-test $(TUTOR)/installed ## Render Tutor's environment with the plug-in, and look at it
	@$(BIN)/python -m pytest tests/tutor --tutor $(TUTOR)/bin/tutor $(TEST_ARGS)

PAGES ?= browser and not slow
test-browser: $(VENV)/installed-test ## Drive the page in the system's Chromium (PAGES=browser for every look; BROWSER_EXECUTABLE names another)
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "$(PAGES)" tests/browser $(TEST_ARGS)

coverage: $(VENV)/installed-test ## Run the same tests and show what they leave out
	@$(BIN)/python -m coverage run -m pytest
	@$(BIN)/python -m coverage report

bench: $(VENV)/installed-test ## Measure how fast it is, and print tables (BENCH=name for one of them)
	@$(BIN)/python -m benchmarks $(BENCH)

quality: $(VENV)/installed-quality docs ## Check style, types, layers, migrations, PII notes and docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy course_discovery_bulk sandbox
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=sandbox.settings $(BIN)/code_annotations django_find_annotations \
		--config_file .pii_annotations.yml --lint --coverage

format: $(VENV)/installed-quality ## Rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/installed-doc ## Build the documentation into docs/_build/html; a warning is an error
	$(BIN)/python -m sphinx -W --keep-going -q -b html -d docs/_build/doctrees docs docs/_build/html

# --- package ----------------------------------------------------------------------------------------------------------

SMOKE := $(VENV)/smoke
dist: $(VENV)/installed-dist ## Build wheel and sdist, and use the wheel in an empty environment
	@rm -rf dist build && mkdir dist
	@$(BIN)/python -m build --quiet . > dist/build.log 2>&1 || { cat dist/build.log; exit 1; }
	@$(BIN)/twine check --strict dist/*.whl dist/*.tar.gz
	@$(PYTHON) -m venv --clear $(SMOKE)
	@$(SMOKE)/bin/python -m pip install -qq --disable-pip-version-check --no-compile dist/*.whl
	@$(SMOKE)/bin/python tests/dist/smoke.py

# --- lock files -------------------------------------------------------------------------------------------------------

# dev.txt holds everything, and the others are cut from it, so that no two of them disagree. Nothing of the machine
# that compiles them (index, folders, options) is written down.
export CUSTOM_COMPILE_COMMAND := make upgrade
COMPILE := $(BIN)/pip-compile --quiet --upgrade --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --no-emit-options --constraint requirements/constraints.txt

upgrade: $(VENV)/installed-pip $(VENV)/installed-pip-tools ## Compile requirements/*.txt anew from *.in
	$(COMPILE) --output-file requirements/pip.txt requirements/pip.in
	$(COMPILE) --output-file requirements/dev.txt requirements/dev.in
	for name in $(LOCKS); do \
		$(COMPILE) --no-annotate --constraint requirements/dev.txt \
			--output-file requirements/$$name.txt requirements/$$name.in || exit 1; \
	done
	$(COMPILE) --constraint requirements/constraints-django42.txt \
		--output-file requirements/test-django42.txt requirements/test.in
	$(COMPILE) --no-annotate --output-file requirements/tutor.txt requirements/tutor.in

clean: ## Remove the environment and everything that was built
	rm -rf $(VENV) .tox build dist *.egg-info docs/_build .coverage htmlcov .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
