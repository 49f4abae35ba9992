# Needs Python >= 3.11, make and package access; no root, no system packages.

# The newest Python the lock is tried on, else any newer one. Another one: make run PYTHON=/path/to/python3
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
python := .venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup run test isolation guards lint reliability bench messages

help:  ## print this
	@sed -n 's/^\([a-z]*\):.*  ## /make \1	/p' Makefile

run: messages  ## set up and start the site with everything it needs; PORT=8000, DEMO_PASSWORD, see .env.example
	@$(python) -m danvan.embedded run

setup: messages  ## set up only: packages, messages, tables, static files
	@$(python) -m danvan.embedded setup

test: .venv/dev.stamp messages  ## lint and all tests, on SQLite and PostgreSQL; ONLY="lint sqlite postgresql isolation guards browser"
	@$(python) -m tests.run $(ONLY)

isolation: .venv/dev.stamp messages  ## who may see what: every role, record and channel against docs/access.md
	@$(python) -m tests.run isolation

guards: .venv/dev.stamp messages  ## switch each guard of access off and see that it is noticed
	@$(python) -m tests.run guards

lint: .venv/dev.stamp messages  ## style, order of imports, migrations, deployment checks, house rules, translations
	@$(python) -m tests.run lint

reliability: .venv/dev.stamp messages  ## kill everything again and again: what is lost, what comes twice; ONLY=name SEED=1
	@$(python) -m tests.reliability $(if $(SEED),--seed $(SEED)) $(ONLY)

bench: .venv/dev.stamp messages  ## speed as ratios; ONLY=name for one figure
	@$(python) -m tests.bench $(ONLY)

messages: .venv/runtime.stamp  ## compile the Vietnamese messages that changed
	@$(python) -m danvan.messages

.venv/runtime.stamp: requirements.txt requirements-map.txt
	$(call install,-r requirements.txt)
	$(call install,--no-deps -r requirements-map.txt)
	@touch $@

.venv/dev.stamp: requirements-dev.txt requirements.txt | .venv/runtime.stamp
	$(call install,-r requirements-dev.txt)
	@touch $@

define install
	@"$(PYTHON)" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "Cần Python từ 3.11 trở lên có venv · Python >= 3.11 with its venv module is needed (PYTHON=...)" >&2; exit 1; }
	@$(python) -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear .venv
	@echo "Cài đặt các gói · Installing packages: $(lastword $(1))"
	@$(python) -m pip install --quiet $(1)
endef
