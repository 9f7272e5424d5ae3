# The portal's commands. Each works on a machine with only Python 3.11, make and git.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
NODE := tests/browser/node_modules
# What an installation gives in its environment; for these commands on one's own machine it is given here.
SITE := SITE_URL=http://127.0.0.1:$(PORT) SECRET_KEY="$$(cat var/secret-key)"
PRODUCTION := DEBUG=0 HSTS_PRELOAD=1 SITE_URL=https://portal.example SECRET_KEY="$$(cat var/secret-key)"
DEVELOPMENT := DEBUG=1 SITE_URL=http://127.0.0.1:$(PORT)

.DEFAULT_GOAL := help
.PHONY: help run dev editor backup restore test coverage lint lint-style lint-imports lint-types lint-unused lint-templates lint-yaml lint-css \
	lint-django audit sbom imports lock messages bench faults rehearse guide pictures icons clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

run: $(VENV)/base var/secret-key ## Serve the portal as in production, on 127.0.0.1:8000 (PORT=8137 for another)
	@$(BIN)/python -c 'import socket, sys; sys.exit(socket.socket().connect_ex(("127.0.0.1", $(PORT))) == 0 and "Port $(PORT) is taken. Stop what listens there, or give another: make run PORT=8137")'
	@$(SITE) $(BIN)/python manage.py collectstatic --no-input --verbosity 0
	@$(SITE) $(BIN)/python manage.py prepare
	@echo "Make the first editor in another terminal: make editor"
	@echo "The portal: http://127.0.0.1:$(PORT)/   Editing: http://127.0.0.1:$(PORT)/admin/   Stop: Ctrl+C"
	@$(SITE) exec $(BIN)/gunicorn --config go4brussels/gunicorn.py --bind 127.0.0.1:$(PORT) go4brussels.wsgi

dev: $(VENV)/dev var/secret-key ## Serve with autoreload, for development
	@$(DEVELOPMENT) $(BIN)/python manage.py prepare
	$(DEVELOPMENT) $(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

editor: $(VENV)/base var/secret-key ## Make an account that may edit everything
	$(SITE) $(BIN)/python manage.py createsuperuser

backup: $(VENV)/base var/secret-key ## Write the whole database to a file of var/backups
	@$(SITE) $(BIN)/python manage.py backup

restore: $(VENV)/base var/secret-key ## Put a backup in the place of the database, after asking (FILE=…)
	@test -n "$(FILE)" || { echo "Say which: make restore FILE=… (those of var/backups by their names alone)" >&2; exit 2; }
	@$(SITE) $(BIN)/python manage.py restore "$(FILE)"

# A process for each core, a module at a time. What pytest compiles of a module serves the next run.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/dev ## Run the tests, on SQLite or on the server that DATABASE_URL names
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

coverage: ## Run the tests and print what they leave unrun, branch by branch (takes half as long again, or more)
	$(MAKE) --no-print-directory test ARGS="$(ARGS) --cov"

lint: lint-style lint-imports lint-types lint-unused lint-templates lint-yaml lint-css lint-django ## Check style, types, imports, templates, YAML, CSS, settings and strings

lint-style: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-imports: $(VENV)/dev
	$(BIN)/lint-imports --no-logo --no-cache

lint-types: $(VENV)/dev
	$(BIN)/mypy

lint-unused: $(VENV)/dev
	$(BIN)/python -m tests.dead_code

# A template without a line break at its end stands inside a line, where djade’s would be a space on the page.
lint-templates: $(VENV)/dev
	git ls-files 'templates/*.html' | while read -r file; do tail -c 1 "$$file" | grep -q . || echo "$$file"; done \
		| xargs $(BIN)/djade --check --target-version 5.2

lint-yaml: $(VENV)/dev
	$(BIN)/yamllint --strict .

lint-css:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(NODE)/.package-lock.json \
		&& $(NODE)/.bin/biome lint --error-on-warnings; else echo "No npm here: style sheets go unchecked."; fi

lint-django: $(VENV)/dev var/secret-key
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(DEVELOPMENT) $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.expand_contract
	$(BIN)/python -m tests.messages

audit: $(VENV)/dev ## Ask for known weaknesses of what the lock files name (needs an index that serves advisories)
	@for file in base dev; do \
		said=$$($(BIN)/uv tool run pip-audit --strict --disable-pip --require-hashes --requirement requirements/$$file.txt 2>&1); code=$$?; \
		echo "$$said" | tail -n 20; \
		if [ $$code -ne 0 ] && ! echo "$$said" | grep -q "^Found "; then \
			echo "Nothing was checked: no source of advisories can be reached from here."; exit 3; fi; \
		[ $$code -eq 0 ] || exit 1; done

sbom: $(VENV)/dev ## Write what runs in production, with versions and hashes, to var/sbom.json (CycloneDX)
	@mkdir -p var
	$(BIN)/python -m cyclonedx_py requirements requirements/base.txt --pyproject pyproject.toml \
		--sv 1.6 --of JSON \
		--output-reproducible --output-file var/sbom.json

imports: $(VENV)/dev ## Print which rooms of the code import which
	@$(BIN)/python -m tests.imports

lock: $(VENV)/dev ## Write the lock files anew, with hashes and without an index
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
		--no-emit-find-links --no-header pyproject.toml --output-file requirements/base.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
		--no-emit-find-links --no-header pyproject.toml --group dev --output-file requirements/dev.txt

messages: $(VENV)/dev ## Gather and compile the interface strings (needs gettext)
	$(DEVELOPMENT) $(BIN)/python manage.py makemessages --locale nl --locale fr --no-location --no-obsolete --ignore var
	$(DEVELOPMENT) $(BIN)/python manage.py compilemessages --locale nl --locale fr --ignore .venv

bench: $(VENV)/dev var/secret-key ## Print page weights, queries, search times, and requests a second against the least there is (needs wrk and nginx)
	@$(SITE) LOG_LEVEL=ERROR $(BIN)/python manage.py bench
	@$(SITE) LOG_LEVEL=ERROR $(BIN)/python manage.py bench_search
	@$(BIN)/python -m tests.bench $(ARGS)

faults: $(VENV)/dev ## Make faults against real servers under load and print what held (ONLY=name,name AWAY=10)
	@$(BIN)/python -m tests.faults --only "$(ONLY)" --seconds $(or $(AWAY),60)

rehearse: $(VENV)/dev ## Upgrade from the release before under readers, go back both ways, and print what held (ONLY=SQLite)
	@$(BIN)/python -m tests.rehearsal $(if $(ONLY),--only $(ONLY))

guide: $(VENV)/dev ## Follow docs/running.md on Debian machines of its own (needs root and debootstrap; ARGS="--layout three")
	@$(BIN)/python -m tests.guide $(ARGS)

pictures: $(VENV)/dev var/secret-key ## Make the pictures of README.md and of the guides anew (needs Chromium)
	DJANGO_SETTINGS_MODULE=go4brussels.settings $(SITE) DEBUG=0 $(BIN)/python -m tests.browser.pictures

icons: $(VENV)/dev ## Make the icons at fixed addresses anew from static/icon.svg (needs Chromium)
	$(BIN)/python -m tests.browser.icons

clean: ## Remove the virtual environment and what can be made again; edits in var/ stay
	rm -rf $(VENV) var/static .pytest_cache .ruff_cache .mypy_cache .coverage*

# A virtual environment whose Python is gone or has become another version finds nothing of what was installed into it.
ifneq ($(wildcard $(VENV)/base),)
ifneq ($(shell $(BIN)/python -c 'import pip' 2>/dev/null && echo well),well)
STALE := stale
endif
endif
.PHONY: stale
stale:
	@echo "The Python of $(VENV) is gone or is another now: making $(VENV) anew ..."
	@rm -rf $(VENV)

$(VENV)/base: requirements/base.txt $(STALE)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; give it as PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "This Python makes no virtual environments: it lacks ensurepip. On Debian, install python3-venv." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the portal needs (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/dev: requirements/dev.txt $(VENV)/base
	@echo "Installing what development needs (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

var/secret-key:
	@mkdir -p var
	@umask 077 && $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(60))' > $@

$(NODE)/.package-lock.json: tests/browser/package-lock.json
	npm ci --prefix tests/browser --ignore-scripts --include=dev --no-audit --no-fund
	@touch $@
