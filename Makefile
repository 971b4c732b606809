# `make help` lists the commands. PYTHON names the interpreter that makes .venv (3.11 or newer).
PYTHON ?= python3
BIN := .venv/bin
FLASK := $(BIN)/flask --app assistant.app
COMPILE := $(BIN)/pip-compile -q --strip-extras --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host
.DEFAULT_GOAL := help
.PHONY: help run test check check-widget bench-widget lock migrate format clean

help: ## show this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/requirements.txt ## start the server here, at http://localhost:8000/ or PORT
	@exec $(BIN)/python -m assistant.cli.serve

test: .venv/requirements-dev.txt ## run every test
	@sh bin/test-services
	@exec $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

check: .venv/requirements-dev.txt ## check style, types, imports and the knowledge
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(FLASK) knowledge check
	@$(MAKE) --no-print-directory check-widget

check-widget: ## check the widget's style and types (needs Node.js and npm)
	@if command -v npm >/dev/null; then \
		npm ci --silent --no-audit --no-fund && npm run --silent check; \
	else \
		echo "The widget is not checked: install Node.js 20 or newer, with npm."; \
		test "$$CI" != true; \
	fi

bench-widget: .venv/requirements-dev.txt ## measure the widget beside others
	@$(BIN)/python -m benchmarks.widget

format: .venv/requirements-dev.txt ## write the code the way `make check` wants it
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

migrate: .venv/requirements.txt ## bring the database's schema to the newest
	@$(BIN)/python -m assistant.cli.migrate

lock: .venv/requirements-dev.txt ## pin the newest versions of requirements*.in
	@$(COMPILE) --upgrade --output-file=requirements.txt requirements.in
	@$(COMPILE) --upgrade --output-file=requirements-dev.txt requirements-dev.in

clean: ## remove .venv and caches; the data in instance/ stays
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# What was installed is remembered as a copy, so that a second start installs nothing.
.venv/%.txt: %.txt .venv/bin/python
	@cmp -s $< $@ || { echo "Installing $< …"; $(BIN)/pip install -q --disable-pip-version-check -r $<; }
	@cp $< $@

.venv/bin/python:
	@sh bin/make-venv $(PYTHON)
