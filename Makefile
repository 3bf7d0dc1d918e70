# Two commands are enough: `make run` opens the hall, `make test` proves it. The rest is for builders.

PYTHON ?= python3
PY := .venv/bin/python

.PHONY: run test check proofs chaos bench assets lock screenshots clean

## Install what is missing, prepare the database, open the hall on HALL_PORT (8000). Ctrl-C closes it.
run:
	@$(PYTHON) bin/setup run
	@exec $(PY) -m hall.embedded.caretaker

## The whole suite on an embedded PostgreSQL and Redis. ARGS="tests/hall -k clocks" for a part of it.
test:
	@$(PYTHON) bin/setup test
	@exec $(PY) -m hall.embedded.lend $(PY) -m pytest $(or $(ARGS),-n 2 --dist loadfile --no-loadscope-reorder)

## Everything that can be said of the code without running it.
check:
	@$(PYTHON) bin/setup test
	@exec $(PY) -m hall.embedded.lend $(PY) bin/check

## The proofs of docs/proofs.md in full: an hour and more. ARGS="clocks --seed 7 --write" for a part, with figures.
proofs:
	@$(PYTHON) bin/setup test
	@exec $(PY) -m hall.embedded.lend $(PY) -m tests.proofs $(ARGS)

## The fault campaign of docs/chaos.md: a county at work while its servers are killed. ARGS="--seed 7 --cases 500".
chaos:
	@$(PYTHON) bin/setup test
	@exec $(PY) -m tests.chaos $(ARGS)

## Figures of docs/performance.md, as ratios against their floors.
bench:
	@$(PYTHON) bin/setup test
	@exec $(PY) -m hall.embedded.lend $(PY) -m benchmarks $(ARGS)

## Browser assets by package-lock.json into static/vendor/.
assets:
	@$(PYTHON) bin/setup run

## Compile the lock files, with hashes and without the address of any registry. ARGS=--upgrade for newer versions.
lock:
	@$(PYTHON) bin/setup lock $(ARGS)

## Pictures of each desk for the README.
screenshots:
	@$(PYTHON) bin/setup test
	@exec $(PY) -m hall.embedded.lend $(PY) bin/screenshots

## Remove what was built. The hall's data (.hall/) stays.
clean:
	rm -rf .venv .cache node_modules static/vendor staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
