# Kept to what GNU make from 3.81 on and BSD make both know. User text (SET and the others below) is never pasted into a recipe: make would expand its $
# and the shell its backticks. It travels unexpanded through the environment, and python reads it there (BSD make passes it so by itself, and takes
# these lines for rules without commands).
override SET := $(value SET)
override PARAMETERS := $(value PARAMETERS)
override RUN := $(value RUN)
override CHAPTER := $(value CHAPTER)
override WHY := $(value WHY)
override SCENARIOS := $(value SCENARIOS)
override SAMPLE := $(value SAMPLE)
override RESULTS := $(value RESULTS)
override ENGINE := $(value ENGINE)
override PAGES := $(value PAGES)
override A := $(value A)
override B := $(value B)
override MUTATE := $(value MUTATE)
override FORCE := $(value FORCE)
override KERNEL := $(value KERNEL)
override PYTHON := $(value PYTHON)
CALLED_FROM := $(value PWD)
THIS_FILE := $(value MAKEFILE_LIST)
.EXPORT_ALL_VARIABLES:

# The checkout's path may hold blanks, quotes and $ as well, so only the shell handles it. Whoever has no home that can be written (a
# container's user) gets one in .cache/, for the tools that keep something there.
IN = cd -- "$$(dirname -- "$${THIS_FILE\# }")" && if ! test -w "$${HOME:-/nowhere}"; then HOME="$$PWD/.cache/home"; export HOME; mkdir -p "$$HOME"; fi
RUN_IN = $(IN) && cd notebooks && OPENBLAS_NUM_THREADS=1 exec ../.venv/bin/python
CHECK = $(RUN_IN) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder
PROOFREAD = $(RUN_IN) -m pytest -q -n 2 --dist loadfile -p tests.all_collected --nbval --nbval-kernel-name forked --nbval-cell-timeout 300 [0-9]*.ipynb

.PHONY: .help report check test lab parameters accept compare sweep engine mutate extremes share benchmark clean .setup
.DEFAULT_GOAL := .help
.MAIN: .help

.help:
	@$(IN) && awk -F ':[^#]*## ' '/^[a-z]+:[^#]*## / {printf "make %-11s %s\n", $$1, $$2}' Makefile

report: .setup ## run every chapter and write reports/ (with SET=, PARAMETERS=, CHAPTER=, RUN=: into reports/runs/)
	@$(RUN_IN) -m reporting report

check: .setup ## run the quick checks, a good two minutes: methods, data, house, sentences, and every stored output against a fresh run
	@$(CHECK) --doctest-modules -m "not long and not apart"
	@$(PROOFREAD)

test: .setup ## run all checks but the processor-heavy ones of .ci/run: code, data, sentences, pages, and every stored output against a fresh run
	@$(CHECK) --doctest-modules -m "not apart"
	@$(PROOFREAD)

lab: .setup ## open the chapters in JupyterLab
	@$(RUN_IN) -m jupyterlab

parameters: .setup ## list what a rerun can change: name, type, default, range, unit, meaning, chapters
	@$(RUN_IN) -m reporting parameters

accept: .setup ## make a fresh run the reference, with WHY="..." for the log
	@$(RUN_IN) -m reporting accept

compare: .setup ## say what differs between two runs, A= and B= (left out: the accepted report against the newest run)
	@$(RUN_IN) -m reporting compare

sweep: .setup ## run many reruns into one table: SCENARIOS=all, SET="confidence=0.8,0.9", or SAMPLE=1000 from plausible ranges (with CHAPTER=, RESULTS=, RUN=, PAGES=1, ENGINE=)
	@$(RUN_IN) -m reporting sweep

engine: .setup ## install what a sweep needs to run on other machines (ENGINE=local, ENGINE=tcp://host:port)
	@$(IN) && exec .venv/bin/python -I -S notebooks/reporting/install.py engine

mutate: .setup ## change every number of data/ in turn, on a copy, and name those that nothing notices (long)
	@MUTATE="$${MUTATE:-all}" && export MUTATE && $(RUN_IN) -m pytest -q -s tests/test_mutation.py -k changed_number

extremes: .setup ## run every accepted one of 200 seeded sets of parameters, and name what fails or reads absurdly (long)
	@$(RUN_IN) -m tests.extremes all

share: .setup ## write reports/share/: the pages in reports/ as one HTML file and as two PDFs, short and whole, for e-mail
	@$(RUN_IN) -m reporting share

benchmark: .setup ## time building, checking and sweeping beside the plain pipeline; rewrites the README's table (long; QUICK=1: a look)
	@$(RUN_IN) -m benchmarks.build

clean: ## remove what can be made again: .venv, .cache, reports/runs, reports/share and python's leftovers
	@$(IN) && rm -rf .venv .cache reports/runs reports/share && find notebooks \( -name __pycache__ -o -name .hypothesis -o -name .ipynb_checkpoints -o -name .pytest_cache -o -name .ruff_cache \) -prune -exec rm -rf {} +

.setup:
	@$(IN) || exit; python="$${PYTHON:-python3}"; case "$$("$$python" -I -S -c 'print(f"{3}")' 2>/dev/null)" in \
	3) exec "$$python" -I -S notebooks/reporting/install.py;; \
	*) if command -v "$$python" >/dev/null; then why="is no Python 3 that works"; else why="is missing"; fi;; esac; \
	if test -n "$$PYTHON"; then mend="name one that is there, such as PYTHON=python3, or leave PYTHON out"; \
	else mend="install the packages python3 and python3-venv"; fi; \
	printf '%s\n' "$${PYTHON:+PYTHON=}$$python $$why; $$mend." >&2; exit 2
