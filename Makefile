# Each target does its own set-up on a machine with only Python 3.11 and make.
PYTHON ?= python3
PORT ?= 8000
SHOP_PORT ?= 8001
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .ci/constraints.txt
# How many offers, and a fifth as many bookings, the benchmark of full tables makes; the figure is for 1000000.
ROWS ?= 100000
FOLDERS := catalog/northwind catalog/meridian catalog/encore catalog/parcelway catalog/hearthside

.PHONY: install demo test check bench widget clean

install: $(VENV)/.server

demo: $(VENV)/.server
	@AWNING_MODE=demo AWNING_LOG=plain AWNING_URL=http://127.0.0.1:$(PORT) $(BIN)/awning demo --port $(PORT) --shop-port $(SHOP_PORT)

test: $(VENV)/.test
	@CHROMIUM_PATH="$$($(BIN)/python .ci/chromium.py)" $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.check
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/awning catalog check $(FOLDERS)

bench: $(VENV)/.test
	@ROWS=$(ROWS) $(BIN)/python -m tests.bench $(BENCH)

# The sources in widget/src as the one file that partners load; a change needs a new number in widget/VERSION.
widget: $(VENV)/.test
	@$(BIN)/python -m widget.build

clean:
	rm -rf $(VENV) var

# A stamp a kind of use: a server needs neither pytest nor mypy. An edited pyproject or constraint installs again.
$(VENV)/.server: pyproject.toml .ci/constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.server
	@$(PIP) --editable ".[test]"
	@touch $@

$(VENV)/.check: $(VENV)/.server
	@$(PIP) --editable ".[check]"
	@touch $@
