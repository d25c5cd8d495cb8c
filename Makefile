# make run    a fresh machine: install from the lock, then talk to Dobi on demo data (ARGS="--at 12:10" and so on)
# make test   the whole suite (ARGS="tests/attest -k verify" for a part)
# make coverage  the same, and which lines and branches no test reached; takes about twice as long
# make conformance  the adapters and extras against peers that nobody here wrote; installs them by itself, says what it lacks
# make check  lint, format, types, and the container files
# make bench  the measured figures, each beside what bounds it
# make extra  installs an optional part from its lock (EXTRA=transformers or EXTRA=kiwi; see docs/models.md)
#
# Needed: Linux x86-64, make, Python 3.11 or newer, a package index. PYTHON=/path/to/python3 names another Python.

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
INSTALL := $(PIP) install --require-hashes --only-binary :all: -r
# Kiwi's model is published as a source archive that holds data alone
INSTALL_EXTRA := $(PIP) install --require-hashes --only-binary :all: --no-binary kiwipiepy-model -r

.PHONY: help run test coverage conformance check lint types containers bench extra clean
.DEFAULT_GOAL := help

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

run: $(VENV)/.run
	@exec $(BIN)/dobi console --demo $(ARGS)

# The tests start some hundred processes of Dobi: what the first one compiled is kept for the others, whatever the environment says.
test coverage conformance: export PYTHONDONTWRITEBYTECODE =

# A file's tests stay together: many share one house, and a house takes seconds to open.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile

test: $(VENV)/.dev
	$(PYTEST) -m 'not heavy' $(ARGS)

coverage: $(VENV)/.dev
	$(PYTEST) -m 'not heavy' --cov --cov-report=term $(ARGS)

# Each part says by itself what it could not install; the tests then skip that peer and say so.
conformance: $(VENV)/.dev
	@sh tests/conformance/install.sh
	@for extra in transformers kiwi; do test -e $(VENV)/.$$extra || { \
	  $(INSTALL_EXTRA) requirements-$$extra.lock && touch $(VENV)/.$$extra; } || \
	  echo "skipped: requirements-$$extra.lock could not be installed; its tests will say so"; done
	$(PYTEST) tests/conformance tests/nlp/test_transformer.py tests/nlp/test_table.py tests/nlp/test_tokens.py $(ARGS)

check: lint types containers

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/yamllint --strict -d '{extends: default, rules: {line-length: {max: 120}, document-start: disable}}' docker

types: $(VENV)/.dev
	$(BIN)/mypy

containers: $(VENV)/.dev
	$(BIN)/hadolint docker/Dockerfile
	@if docker compose version >/dev/null 2>&1; then compose="docker compose"; \
	elif docker-compose version >/dev/null 2>&1; then compose=docker-compose; \
	else echo "skipped: no docker compose here to read docker/compose.yaml (tests/test_docker.py has read it)"; exit 0; fi; \
	echo "$$compose -f docker/compose.yaml config -q"; \
	DOBI_REDIS_PASSWORD=unused $$compose -f docker/compose.yaml config -q

bench: $(VENV)/.dev
	@test -e $(VENV)/.bench || { $(INSTALL_EXTRA) requirements-bench.lock && touch $(VENV)/.bench; } || \
	  echo "the peers of requirements-bench.lock could not be installed: their lines will be missing"
	@for file in tests/bench/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

extra: $(VENV)/.run
	@case "$(EXTRA)" in transformers|kiwi) ;; *) echo "name one: make extra EXTRA=transformers or EXTRA=kiwi"; exit 1;; esac
	$(INSTALL_EXTRA) requirements-$(EXTRA).lock

clean:
	rm -rf $(VENV) .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The environment. A stamp is made last, so an interrupted installation is taken up again, and a finished one costs nothing.

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Dobi needs Python 3.11 or newer; '$(PYTHON)' is not. Name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make environments: it lacks ensurepip. On Debian and Ubuntu install python3-venv"; \
	  echo "(ask whoever administers this machine), or name another Python: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/.made
	$(INSTALL) requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock requirements.lock pyproject.toml | $(VENV)/.made
	$(INSTALL) requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.run $@
