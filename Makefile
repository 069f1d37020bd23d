# Needs Python 3.11+, git and make; `make tools` also needs Go. Everything is made inside this directory.

PYTHON ?= python3
PYTEST_ARGS ?=
COVERAGE_MIN ?= 98
MUTATE_ARGS ?= --floor 90
# The vendors are fictional and nobody renews their certificates: `make check AS_OF=2027-06-01` shows what lapses.
AS_OF ?= 2026-11-22
SARIF_MULTITOOL := 5.7.0
AXE_CORE := 4.14.1

VENV := .venv
BIN := $(VENV)/bin
TOOLS := .tools
LIBRARY := checker/library_data
CAPABILITIES := $(LIBRARY)/capabilities.json
WORKFLOWS := $(wildcard .github/workflows/*.yml)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
# Files of one lock are installed only as hashed there; a changed lock changes the stamp, and so the environment.
LOCKED := $(PIP) --require-hashes --no-deps

# Another shell than /bin/sh also makes old makes search programs in the PATH exported here.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
export PATH := $(CURDIR)/$(TOOLS)/bin:$(CURDIR)/$(BIN):$(PATH)

.PHONY: help
help:  ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-15s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: install
install: $(VENV)/.run  ## make the environment and put `checker` into .venv/bin

.PHONY: install-nightly
install-nightly: $(VENV)/.nightly  ## the same, with the packages that keep a history of nightly runs

.PHONY: check
check: $(VENV)/.run  ## judge the fictional vendors in vendor_manifests/, on the day they were written for
	@$(BIN)/checker check --as-of $(AS_OF)

.PHONY: test
# One worker per core, at most four: most tests wait for no one. `loadfile` keeps a file in one worker, so a server
# started or a wheel built for that file is made once.
test: $(VENV)/.test  ## run all tests; those that need a real opa, conftest or regal skip without `make tools`
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(PYTEST_ARGS)

.PHONY: tools
tools: $(TOOLS)/.made $(TOOLS)/.sarif  ## build the pinned opa, conftest, regal and actionlint into .tools/bin (some minutes, once)

.PHONY: opa
opa: $(TOOLS)/bin/opa  ## build only the pinned opa into .tools/bin

.PHONY: quality lint
lint: quality  ## the same as quality
quality: $(VENV)/.quality $(TOOLS)/.made  ## run every gate but the tests: style, types, layers, policies, workflows
	ruff check
	ruff format --check
	mypy
	lint-imports --no-cache
	opa check --strict --capabilities $(CAPABILITIES) policies
	opa fmt --list --fail policies
	regal lint --config-file .regal/config.yaml policies
	checker policy coverage --at-least $(COVERAGE_MIN)
	opa capabilities --current | python tools/make_capabilities.py | cmp - $(CAPABILITIES)
	checker policy lint
	checker policy compile --check
	checker policy docs --check
	python tools/trace.py --check
	zizmor --offline --quiet --persona pedantic .github action.yml
	actionlint $(WORKFLOWS)
	check-jsonschema --builtin-schema vendor.github-actions action.yml
	check-jsonschema --builtin-schema vendor.gitlab-ci docs/ci/vendor-review.gitlab-ci.yml docs/ci/vendor-schedule.gitlab-ci.yml
	check-jsonschema --builtin-schema vendor.github-workflows $(WORKFLOWS)
	check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml

.PHONY: mutate
mutate: $(VENV)/.test $(TOOLS)/.made  ## put small faults into the policies and see which the cases notice (many minutes)
	@$(BIN)/python tools/mutate.py $(MUTATE_ARGS)

.PHONY: bench
bench: $(VENV)/.test  ## measure the checker on generated manifests
	@$(BIN)/python benchmarks/run.py
	@$(BIN)/python benchmarks/reviewing.py
	@$(BIN)/python benchmarks/nightly.py

.PHONY: format
format: $(VENV)/.quality $(TOOLS)/.made  ## rewrite Python and Rego in the project's style
	ruff check --fix
	ruff format
	opa fmt --write policies

.PHONY: policies
policies: $(VENV)/.run $(TOOLS)/.made  ## compile policies/ again into the library that is committed and shipped
	opa capabilities --current | python tools/make_capabilities.py > $(CAPABILITIES).new
	mv $(CAPABILITIES).new $(CAPABILITIES)
	checker policy compile

.PHONY: docs
docs: $(VENV)/.run $(TOOLS)/.made  ## write the pages of the controls and of the risks again, from policies, register and cases
	checker policy docs
	python tools/trace.py

.PHONY: lock
lock: $(VENV)/.quality  ## resolve the dependencies anew and write requirements/*.txt
	python tools/lock.py

.PHONY: clean
clean:  ## remove everything that make made
	rm -rf $(VENV) $(TOOLS) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "$(PYTHON) is missing or older than Python 3.11: run make PYTHON=/path/to/python3.11 (or newer)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make environments: install its venv package (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/pyvenv.cfg pyproject.toml requirements/run.txt requirements/build.txt
	@echo "installing the checker into $(VENV)" >&2
	@$(LOCKED) -r requirements/run.txt
	@$(LOCKED) -r requirements/build.txt
	@$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.nightly: $(VENV)/.run requirements/nightly.txt
	@echo "installing what keeps a history into $(VENV)" >&2
	@$(LOCKED) -r requirements/nightly.txt
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	@echo "installing the test tools into $(VENV)" >&2
	@$(LOCKED) -r requirements/test.txt
	@touch $@

$(VENV)/.quality: $(VENV)/.test requirements/quality.txt
	@echo "installing the quality tools into $(VENV)" >&2
	@$(LOCKED) -r requirements/quality.txt
	@touch $@

# Two modules, because the linter and the engine need different majors of one dependency.
$(TOOLS)/.made: tools/go.mod tools/go.sum tools/regal/go.mod tools/regal/go.sum
	@command -v go >/dev/null || { echo "building the tools needs Go 1.26 or newer on PATH" >&2; exit 1; }
	@echo "building opa, conftest, regal and actionlint into $(TOOLS)/bin" >&2
	@mkdir -p $(TOOLS)/bin
	@for module in tools tools/regal; do \
	  CGO_ENABLED=0 GOFLAGS=-mod=readonly GOBIN=$(CURDIR)/$(TOOLS)/bin go -C $$module install -ldflags='-s -w' tool \
	    2> >(grep --line-buffered -v '^go: downloading' >&2); done
	@touch $@

$(TOOLS)/bin/opa: tools/go.mod tools/go.sum
	@command -v go >/dev/null || { echo "building opa needs Go 1.26 or newer on PATH" >&2; exit 1; }
	@mkdir -p $(TOOLS)/bin
	@CGO_ENABLED=0 GOFLAGS=-mod=readonly GOBIN=$(CURDIR)/$(TOOLS)/bin go -C tools install -ldflags='-s -w' github.com/open-policy-agent/opa \
	  2> >(grep --line-buffered -v '^go: downloading' >&2)
	@touch $@

# Not stamped without npm, so that it is made up for once npm is there.
$(TOOLS)/.sarif: Makefile
	@mkdir -p $(TOOLS)/bin $(TOOLS)/node
	@if command -v npm >/dev/null; then \
	  npm install --silent --no-save --no-package-lock --prefix $(TOOLS)/node \
	    @microsoft/sarif-multitool@$(SARIF_MULTITOOL) axe-core@$(AXE_CORE) && \
	  ln -sf ../node/node_modules/.bin/sarif-multitool $(TOOLS)/bin/sarif-multitool && touch $@; \
	else echo "npm is not on PATH: the SARIF validator and axe-core, which a few tests need, are left out" >&2; fi
