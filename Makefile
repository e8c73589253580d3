# User text (SET, PARAMETERS, RUN, CHAPTER, WHY, SCENARIOS, RESULTS, A, B, MUTATE, FORCE, KERNEL) is never pasted into a recipe: make would expand its $ and the shell its
# backticks. It travels unexpanded through the environment, and python reads it there.
override export SET := $(value SET)
override export PARAMETERS := $(value PARAMETERS)
override export RUN := $(value RUN)
override export CHAPTER := $(value CHAPTER)
override export WHY := $(value WHY)
override export SCENARIOS := $(value SCENARIOS)
override export RESULTS := $(value RESULTS)
override export A := $(value A)
override export B := $(value B)
override export MUTATE := $(value MUTATE)
override export FORCE := $(value FORCE)
override export KERNEL := $(value KERNEL)
export CALLED_FROM := $(or $(value PWD),$(CURDIR))
export OPENBLAS_NUM_THREADS := 1

PYTHON ?= python3
HERE := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
RUN_IN := cd "$(HERE)notebooks" && exec ../.venv/bin/python

.PHONY: .help report test lab parameters accept compare sweep mutate share clean .setup
.DEFAULT_GOAL := .help

.help:
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' "$(HERE)Makefile" | awk -F '\t' '{printf "make %-11s %s\n", $$1, $$2}'

report: .setup ## run every chapter and write reports/ (with SET=, PARAMETERS=, CHAPTER=, RUN=: into reports/runs/)
	@$(RUN_IN) -m reporting report

test: .setup ## run all checks: code, data, sentences, pages, and every stored output against a fresh run
	@$(RUN_IN) -m pytest -q -n 2 --dist loadfile --doctest-modules
	@$(RUN_IN) -m pytest -q -n 2 --dist loadfile -p tests.all_collected --nbval --nbval-kernel-name forked --nbval-cell-timeout 300 [0-9]*.ipynb

lab: .setup ## open the chapters in JupyterLab
	@$(RUN_IN) -m jupyterlab

parameters: .setup ## list what a rerun can change: name, type, default, range, unit, meaning, chapters
	@$(RUN_IN) -m reporting parameters

accept: .setup ## make a fresh run the reference, with WHY="..." for the log
	@$(RUN_IN) -m reporting accept

compare: .setup ## say what differs between two runs, A= and B= (left out: the accepted report against the newest run)
	@$(RUN_IN) -m reporting compare

sweep: .setup ## run many reruns into one table: SCENARIOS=all, or SET="confidence=0.8,0.9" (with CHAPTER=, RESULTS=, RUN=)
	@$(RUN_IN) -m reporting sweep

mutate: .setup ## change every number of data/ in turn, on a copy, and name those that nothing notices (long)
	@export MUTATE="$${MUTATE:-all}" && $(RUN_IN) -m pytest -q -s tests/test_mutation.py -k changed_number

share: .setup ## write reports/share/: the pages in reports/ as one PDF and as one HTML file, for e-mail
	@$(RUN_IN) -m reporting share

benchmark: .setup ## time building, checking and sweeping beside the plain pipeline; rewrites the README's table (long; QUICK=1: a look)
	@$(RUN_IN) -m benchmarks.build

clean: ## remove what can be made again: .venv, .cache, reports/runs, reports/share and python's leftovers
	@cd "$(HERE)" && rm -rf .venv .cache reports/runs reports/share && find notebooks \( -name __pycache__ -o -name .hypothesis -o -name .ipynb_checkpoints -o -name .pytest_cache -o -name .ruff_cache \) -prune -exec rm -rf {} +

.setup:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing; install the packages python3 and python3-venv." >&2; exit 2; }
	@$(PYTHON) -I -S "$(HERE)notebooks/reporting/install.py"
