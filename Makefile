# make reader   translate the sample article and serve the reader
# make test     run every test, in a real browser too
# make check    format, lint, types
# make messages bring the translations of the interface up to date

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
HOST ?= 127.0.0.1
PORT ?= 8765

.PHONY: reader test check format messages clean chromium epubcheck

reader: $(VENV)/.runtime
	$(BIN)/dwibahasa serve --sample --host $(HOST) --port $(PORT)

test: $(VENV)/.dev chromium epubcheck
	$(BIN)/python -m pytest

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# What is new in messages.po is then to be translated, and this run once more.
TRANSLATIONS := src/dwibahasa/web/translations
messages: $(VENV)/.dev
	$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext --no-location --omit-header --sort-output \
	  -o $(VENV)/messages.pot .
	$(BIN)/pybabel -q update -i $(VENV)/messages.pot -d $(TRANSLATIONS) -l id \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d $(TRANSLATIONS)

$(VENV)/.runtime: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP_INSTALL) -e .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(PIP_INSTALL) --upgrade pip
	$(PIP_INSTALL) torch
	$(PIP_INSTALL) -e '.[hub,train,cluster]' --group dev
	touch $@

# The browser that the tests drive; Debian and Ubuntu only, elsewhere install
# Chromium or Chrome by hand and set CHROMIUM to its path.
chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null \
	  || test -n "$(CHROMIUM)" \
	  || { as=$$(test "$$(id -u)" = 0 || echo sudo); \
	       $$as apt-get update -qq && $$as apt-get install -y -qq chromium; }

# What the tests check EPUB files with; elsewhere than on Debian and Ubuntu put it
# anywhere and set EPUBCHECK to the path of its jar.
epubcheck:
	@test -e /usr/share/java/epubcheck.jar || test -n "$(EPUBCHECK)" \
	  || { as=$$(test "$$(id -u)" = 0 || echo sudo); \
	       $$as apt-get update -qq && $$as apt-get install -y -qq epubcheck; }

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache dist
