# Everything runs in .venv; nothing is installed beside it. `make` alone prints the list.

PYTHON ?= python3
BIN := .venv/bin
PYTEST_ARGS ?=
# A test waits for processes and clocks now and then: a small machine takes one worker more than it has cores.
WORKERS ?= $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores < 4 ? cores + 1 : cores)))
# What tests write is thrown away: it goes into memory where there is room for it, and waits for no disk.
SCRATCH := $(shell test "$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 {print $$4}')" -gt 6000000 2>/dev/null \
	&& test -w /dev/shm && echo /dev/shm || echo "$${TMPDIR:-/tmp}")
# Some hundred processes are started by the tests: what Python has compiled for one serves the next.
unexport PYTHONDONTWRITEBYTECODE
TO_RUN := .venv/ready-to-run
TO_WORK := .venv/ready-to-work

.DEFAULT_GOAL := help
.PHONY: help demo test up check browser-test messages clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s%s\n", $$1, $$2}' Makefile

demo: $(TO_RUN) ## post the sample requests through the real doors and show which mails arrived
	@$(BIN)/practice demo

test: export TMPDIR := $(SCRATCH)
test: $(TO_WORK) ## run the whole test suite: real NATS, both databases, a real SMTP server
	@if deploy/have-chromium; then browser=; elif [ "$$CI" = true ]; then exit 1; else browser="not browser and"; fi; \
	if deploy/have-dovecot; then dovecot=; elif [ "$$CI" = true ]; then exit 1; else dovecot="not dovecot and"; fi; \
	if deploy/have-caddy; then caddy=; elif [ "$$CI" = true ]; then exit 1; else caddy="not caddy and"; fi; \
	if deploy/have-promtool; then promtool=; elif [ "$$CI" = true ]; then exit 1; else promtool="not promtool and"; fi; \
	$(BIN)/python -m pytest -m "$$browser $$dovecot $$promtool $$caddy not faults" -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS) && \
	$(BIN)/python -m pytest -m faults $(PYTEST_ARGS)

browser-test: $(TO_WORK) ## run only the checks that look at pages and mails in Chromium
	@deploy/have-chromium && $(BIN)/python -m pytest -m browser $(PYTEST_ARGS)

up: $(TO_RUN) ## run everything on this machine until Ctrl-C, data in var/
	@$(BIN)/practice up

check: $(TO_WORK) ## format, lint, types, import rules
	@$(BIN)/ruff format --check --quiet . || { echo "Format these files with: $(BIN)/ruff format ." >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@echo "check: all is well"

messages: $(TO_RUN) ## bring the catalogues up to what is said, and tell what is to be translated
	@$(BIN)/python -m deploy.messages

clean: ## remove .venv and caches; var/ and its data stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(TO_RUN): requirements.lock deploy/cli/practice | .venv
	@echo "Installing what it needs into .venv (some minutes, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@install -m 755 deploy/cli/practice $(BIN)/practice
	@touch $@

$(TO_WORK): requirements-dev.lock $(TO_RUN)
	@echo "Installing what its tests need into .venv (some minutes, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

.venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "This needs Python 3.11 or newer; '$(PYTHON)' is not. Try: make PYTHON=python3.13" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { \
		rm -rf .venv; echo "Python's venv is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
