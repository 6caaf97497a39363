# AMS Privacy. `make` lists what there is.

SHELL := /bin/sh
.DEFAULT_GOAL := help

BIN := .venv/bin
RUN := $(BIN)/python -m ams.embedded
THROW_AWAY := $(RUN) --throw-away
# Any Python that fits will do; `make PYTHON=/path/to/python3` chooses one.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(FITS)' 2>/dev/null && echo $$p && exit; done; echo python3)
# One test: make test T=tests/ams/test_health.py
T ?=
# As many as CI has cores: a third one only takes time from the servers and browsers that the others wait for.
PROCESSES ?= 2
export PYTHONUNBUFFERED := 1

.PHONY: help demo demo-reset test check lint types format migrations shell durations soak bench lock ready ready-for-tests

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: ready ## Run everything with demo data and print address and logins (PORT=8000)
	@exec $(BIN)/python -m ams.demo.supervise

demo-reset: ready ## Forget the demo's data; the next `make demo` starts over
	@exec $(BIN)/python -m ams.demo.reset

test: ready-for-tests ## Lint, types, import contracts, checks and tests; T=path runs one test
ifeq ($(T),)
	@$(MAKE) --no-print-directory check
	@$(BIN)/pytest -q -n $(PROCESSES) --dist loadfile --durations 10 -m "not soak"
else
	@$(BIN)/pytest $(T)
endif

check: lint types ## Everything that needs no test: lint, types, import contracts, checks, migrations
	@$(BIN)/lint-imports
	@$(THROW_AWAY) $(BIN)/python manage.py check --fail-level WARNING
	@$(THROW_AWAY) $(BIN)/python manage.py makemigrations --check --dry-run

lint: ready ## Ruff: rules and format
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: ready ## mypy, strict
	@$(BIN)/mypy

format: ready ## Put the code into the house's format
	@$(BIN)/ruff check --fix-only -q
	@$(BIN)/ruff format

migrations: ready ## Write the migrations that the models ask for
	@$(THROW_AWAY) $(BIN)/python manage.py makemigrations

shell: ready ## Django's shell, on the demo's data
	@$(RUN) $(BIN)/python manage.py shell

durations: ## Take over how long the tests took, which decides what is begun first
	@cp var/durations.json tests/durations.json

soak: ready-for-tests ## The tests that take minutes
	@$(BIN)/pytest -m soak $(T)

bench: ready ## Measure; the figures go to the terminal
	@failed=; for one in $(or $(T),$(sort $(wildcard bench/bench_*.py))); do echo "$$one"; \
		$(THROW_AWAY) $(BIN)/python $$one || failed="$$failed $$one"; done; \
		test -z "$$failed" || { echo "Did not run through:$$failed"; exit 1; }

lock: ready ## Renew requirements.lock within the bounds of requirements.in
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--output-file requirements.lock requirements.in
	@$(MAKE) --no-print-directory ready

ready:
	@$(PYTHON) -I ams/embedded/bootstrap.py

ready-for-tests:
	@$(PYTHON) -I ams/embedded/bootstrap.py --for-tests
