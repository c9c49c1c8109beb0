# Targets are three lines or fewer. What is installed stands in requirements/, with hashes; stamps in .venv remember it.
SHELL := bash
PYTHON ?= python3
BIN := .venv/bin
# Every process of the desk would otherwise compile the whole tree anew.
unexport PYTHONDONTWRITEBYTECODE
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python
FROZEN := tests/architecture/migrations.sha256

.DEFAULT_GOAL := help
.PHONY: help setup up cluster status test quick explore fmt lint stories faults bench contracts rules freeze train lock

help:       ## this list
	@sed -nE 's/^([a-z]+): .*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

.venv/.uv: requirements/bootstrap.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

.venv/.runtime: .venv/.uv requirements/runtime.txt pyproject.toml
	$(INSTALL) --require-hashes --compile-bytecode -r requirements/runtime.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

.venv/.test: .venv/.runtime requirements/test.txt
	$(INSTALL) --require-hashes --compile-bytecode -r requirements/test.txt
	touch $@

setup: .venv/.test   ## everything needed to develop and test, in .venv

up: .venv/.runtime   ## the whole desk at one address, with demo people and cases
	$(BIN)/lounge up

cluster: .venv/.runtime ## the real thing on one machine: Apache Kafka (BROKERS=3 for three), one process per service
	$(BIN)/lounge cluster

status: .venv/.runtime ## who runs, how far readers are behind, what is parked or not sealed
	$(BIN)/lounge status

test: lint           ## everything; .ci/run calls it
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=40 --durations-min=5

quick: .venv/.test   ## tests without I/O, in seconds
	$(BIN)/pytest -q -p no:schemathesis -m "not (postgres or kafka or story or fault or browser)"

SEEDS ?= 1 2 3 4 5 6 7 8 9 10
explore: .venv/.test ## random histories beyond those of make test: SEEDS="11 12 13" for others
	for seed in $(SEEDS); do $(BIN)/pytest -q -p no:schemathesis -m "hypothesis and not (postgres or kafka or story or fault \
	or browser)" --hypothesis-profile=explore --hypothesis-seed=$$seed || exit 1; done

fmt: .venv/.test     ## put the code into form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lint: .venv/.test    ## form, types, borders
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

stories: .venv/.test ## the stories of the domain, replayed through the public API
	$(BIN)/pytest -m story

faults: .venv/.test  ## crash, duplicate, reorder, delay, outage: nothing lost, nothing twice
	LOUNGE_FAULTS=long $(BIN)/pytest -m fault

bench: .venv/.runtime ## what an append, a reader and a request cost
	$(BIN)/python -m bench

contracts: .venv/.test ## goldens for new contracts and facts; refuses to alter old ones
	$(BIN)/python -m tests.architecture.goldens

rules: .venv/.test   ## docs/rules.md: rule, function, refusal, test; names what is missing
	$(BIN)/python -m tests.architecture.rule_table

freeze: ## adds new migrations to the list of those that never change
	find shared services -path '*/migrations/*.sql' | LC_ALL=C sort | while read -r file; do \
	grep -qF "  $$file" $(FROZEN) || sha256sum "$$file" >> $(FROZEN); done

LABELS = services/routing/labels
LABELLED ?= $(DATA)/triage/dev.jsonl@sha256/3 $(DATA)/triage/more.jsonl $(LABELS)/messages.jsonl@crc32/5 $(LABELS)/second_reading.jsonl $(LABELS)/written/categories.jsonl $(LABELS)/written/danger.jsonl $(LABELS)/written/short.jsonl $(LABELS)/written/medium.jsonl
train: .venv/.test   ## the classifier: make train DATA=<folder of messages.jsonl and triage/>; the same data give the same bytes
	$(BIN)/lounge classifier train --triage $(LABELLED) --texts $(DATA)/messages.jsonl -o services/routing/model.json

lock: .venv/.uv      ## newest versions within requirements/*.in, with hashes
	for set in bootstrap runtime test; do $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-annotate \
	--no-header --python-version 3.11 requirements/$$set.in -o requirements/$$set.txt; done
