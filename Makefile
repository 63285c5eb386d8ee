# Mercat: `make` lists what can be made. Every target prepares what it needs.
PYTHON ?= python3
DATA ?= ../shared/data
FOLDER ?= data/town
VENV := .venv
BIN := $(VENV)/bin
KAFKA := build/kafka

.DEFAULT_GOAL := help
.PHONY: help setup setup-scaled run test check format schemas monitoring pictures model gold bench bench-scaled kafka test-scaled test-long lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/run.stamp ## make .venv with what running needs, and nothing else

setup-scaled: $(VENV)/scaled.stamp ## the same with what `mercat serve` needs for Kafka, PostgreSQL and OPA

run: setup ## run the sample town; Ctrl-C ends it, the next run goes on from there
	@$(BIN)/mercat run --town $(FOLDER)

test: $(VENV)/dev.stamp ## run the everyday suite
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not long and not scaled"

test-scaled: $(VENV)/dev.stamp $(KAFKA)/jars.stamp ## run what needs a Kafka broker (needs java and mvn)
	$(BIN)/python -m pytest -m "scaled and not long"

test-long: $(VENV)/dev.stamp ## run what takes minutes: long kill runs, storms
	$(BIN)/python -m pytest -m long

check: $(VENV)/dev.stamp ## format, lint, strict types, import layers, generated files current
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m schemas.file_documents --check
	$(BIN)/python -m services.policy.file_data_schemas --check
	$(BIN)/python -m deploy.monitoring --check

format: $(VENV)/dev.stamp ## put the code into its one form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schemas: $(VENV)/dev.stamp ## generate JSON Schemas and the AsyncAPI document anew
	$(BIN)/python -m schemas.file_documents
	$(BIN)/python -m services.policy.file_data_schemas

monitoring: $(VENV)/dev.stamp ## generate alerts, recording rules and dashboards anew
	$(BIN)/python -m deploy.monitoring

pictures: $(VENV)/dev.stamp ## take the pictures of the dashboards anew (needs Prometheus, Grafana, Chromium)
	$(BIN)/python -m tests.monitoring_pictures

model: $(VENV)/dev.stamp ## train the classifier that comes with Mercat; DATA=FOLDER names the texts
	$(BIN)/mercat model train --data $(DATA) --out services/classify/models/default.model

gold: $(VENV)/dev.stamp ## judge the gold drafts, and show by family what the content rules stop
	$(BIN)/python -m tests.gold

bench: $(VENV)/dev.stamp ## measure, and write bench/results.json
	$(BIN)/python -m bench

bench-scaled: $(VENV)/dev.stamp $(KAFKA)/jars.stamp build/rivals/run.stamp ## measure the scaled way beside others
	$(BIN)/python -m bench.scaled

kafka: $(KAFKA)/jars.stamp ## fetch the Kafka broker that tests and bench start (needs java and mvn)

lock: ## resolve the dependencies anew into requirements/ (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header pyproject.toml --group build -o requirements/run.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header pyproject.toml --group build --extra kafka --extra postgres --extra opa --extra otel --extra train \
	  --group test --group deploy --group check --group monitoring \
	  -c requirements/run.lock -o requirements/dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header pyproject.toml --group build --extra kafka --extra postgres --extra opa --extra otel \
	  -c requirements/run.lock -o requirements/scaled.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --group java -o requirements/java.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header pyproject.toml --group build --extra kafka --group rivals -o requirements/rivals.lock

clean: ## remove what was made here, the sample town's data too
	rm -rf $(VENV) build data .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "Mercat needs Python 3.11 to 3.13; say which with make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/scaled.stamp: requirements/scaled.lock $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/scaled.lock
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.lock
	@touch $@

$(KAFKA)/jars.stamp: tests/kafka/pom.xml
	mvn -q -B -f $< dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/$(KAFKA)/jars
	@touch $@

build/rivals/run.stamp: requirements/rivals.lock
	$(PYTHON) -m venv build/rivals
	build/rivals/bin/python -m pip install --quiet --require-hashes -r requirements/rivals.lock
	build/rivals/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
