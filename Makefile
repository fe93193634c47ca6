# Everything from a fresh clone with Python 3.11 or newer, make and a package index; nothing outside the checkout.
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := $(shell command -v uv 2>/dev/null)
ifeq ($(UV),)
UV := .uv/bin/uv
export UV_CACHE_DIR := $(CURDIR)/.uv/cache
endif
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv
# A network's own certificate authority stands in the machine's store; without a store uv keeps to its own list.
STORES := /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem
ifneq ($(wildcard $(STORES)),)
export UV_SYSTEM_CERTS ?= 1
endif

BIN := .venv/bin
# The mark says where the environment was made: its programs have absolute paths in them, a moved one is made anew.
READY := .venv/.locked
CHECKS := format lint types contracts tests older
OLDER := $(wildcard /usr/lib/postgresql/15/bin)

.DEFAULT_GOAL := help
.PHONY: help run test bench bench-peers conformance openapi $(CHECKS:%=check-%)

help:
	@echo "make run      the service with the demo on http://127.0.0.1:8000"
	@echo "make test     format, lint, types, import contracts, all tests"
	@echo "make bench    the benchmarks, as ratios; make bench-peers installs what they are compared with"
	@echo "make conformance  graphql-http's audit and a generated TypeScript client, with Node.js 20 or newer"
	@echo "make openapi  writes the published contract anew"

run: $(READY)
	@exec $(BIN)/plf serve --demo

test: $(READY)
	@failed=""; \
	for check in $(CHECKS); do \
		echo "== $$check"; \
		$(MAKE) --no-print-directory check-$$check || failed="$$failed $$check"; \
	done; \
	if [ -n "$$failed" ]; then echo "FAILED:$$failed"; exit 1; fi; \
	echo "All is well: $(CHECKS)."

check-format:
	@$(BIN)/ruff format --check .
check-lint:
	@$(BIN)/ruff check .
check-types:
	@$(BIN)/mypy
check-contracts:
	@$(BIN)/lint-imports
check-tests:
	@$(BIN)/pytest -n 2 --dist loadfile

# The machine's own PostgreSQL, where there is one: smoke, migrations and tenancy on the oldest that we support.
check-older:
	@for programs in $(OLDER); do \
		echo "   $$programs"; \
		PLF_TEST_PG_BIN=$$programs $(BIN)/pytest -n 2 --dist loadfile tests/tenancy tests/api/test_meetings.py \
			tests/api/test_publishing.py || exit 1; \
	done

bench: $(READY)
	@$(BIN)/python -m bench.run

# Needs npm; the lock file of bench/peers/node says what is installed.
bench-peers: $(READY)
	@$(BIN)/python -m bench.peers.install

conformance: $(READY)
	@PYTHONPATH=tests:. $(BIN)/python -m conformance.run

openapi: $(READY)
	@$(BIN)/python -m api.publishing

ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif
$(READY): uv.lock pyproject.toml $(filter .uv/bin/uv,$(UV))
	@if [ -s $@ ] && [ "$$(cat $@)" != "$$(pwd -P)" ]; then rm -rf .venv; fi
	@$(UV) sync --frozen --quiet --compile-bytecode --python $(PYTHON)
	@$(BIN)/python -m compileall -q api domain migrations  # also where Python is told not to write bytecode
	@pwd -P > $@

.uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@$(PYTHON) -m venv .uv
	@.uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
