# Front Desk. Everything starts with `make run`; `make help` lists the rest.

BOT := .venv-bot/bin/python
WEB := .venv/bin/python
# RERUNS: what .ci/run sets (--reruns 1), so that a busy machine alone fails nothing; `make prove` forgives nothing (tests/prove.py).
PYTEST = -m pytest -q $(RERUNS)
VAR := $(or $(FRONT_DESK_VAR),var)
ROOMS := actions content components deploy safety tests training web
BOT_BENCH := $(patsubst %,tests/bench/%.py,classifiers draft_trials receipts receipts_build stock_accuracy)
BOT_ROOMS := actions content components safety training tests/actions tests/content tests/components tests/safety tests/training $(BOT_BENCH)
WEB_ROOMS := content deploy safety web tests/clients tests/deploy tests/end_to_end tests/faults tests/layout tests/web $(filter-out $(BOT_BENCH),$(wildcard tests/bench/*.py))
WEB_TESTS := tests/safety tests/content tests/web tests/deploy tests/layout
STAFF_TESTS := $(patsubst %,tests/web/%,accounts desk releases studio)
LOOKS := $(patsubst %,tests/end_to_end/test_%.py,staff_pages_accessible accessible)
BUILDS := $(patsubst %,tests/end_to_end/test_%.py,story_of_an_answer releases builds another_clinic)
CONVERSATIONS := --floors tests/evaluation/dialogues/floors.yml $(wildcard tests/evaluation/dialogues/*.jsonl)
SHARED_TESTS := tests/safety tests/content
BOT_TESTS := $(SHARED_TESTS) tests/components tests/actions tests/training
# Side by side, each one's output in one piece where make can do that; so many at once.
TOGETHER = $(MAKE) --no-print-directory $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) -j
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3
# endpoints.yml names it. Whatever serves gets a new one at each start; Rasa's other commands ask nobody.
export FRONT_DESK_ACTIONS_TOKEN := nobody-is-asked
.DEFAULT_GOAL := help
.PHONY: help screenshots run test quick quick-web quick-bot services services-chat services-staff thorough thorough-staff thorough-web thorough-bot validate stories conversations end-to-end end-to-end-deeds end-to-end-builds end-to-end-looks faults train shell evaluate bench prove kills lint lock sbom version audit set-up set-up-development trained clean

help: ## Show this list.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1	/' | expand -t 14

run: set-up ## Start Front Desk and print the page's address; the first time sets everything up.
	@$(WEB) -m deploy.supervise

test: quick services thorough ## Run every test there is.
	@$(TOGETHER)2 validate stories conversations
	@$(TOGETHER)2 end-to-end-deeds end-to-end-builds end-to-end-looks faults

quick: trained ## Run the quick tests in under a minute, both environments at once.
	@$(TOGETHER)2 quick-web quick-bot

services: trained ## Run the web half's service and its record (SQLite) through their tests, over real HTTP.
	@$(TOGETHER)2 services-chat services-staff

thorough: trained ## Run the long tests, and those of the web half once more on PostgreSQL.
	@$(TOGETHER)3 thorough-staff thorough-web thorough-bot

quick-web: ## Run the quick tests of the web environment.
	$(WEB) $(PYTEST) -m "not thorough and not service" $(WEB_TESTS)

services-chat: ## Run the services' tests, but for what staff do.
	$(WEB) $(PYTEST) -m "service and not thorough" tests/web $(patsubst %,--ignore=%,$(STAFF_TESTS))

services-staff: ## Run the services' tests about desk and studio.
	$(WEB) $(PYTEST) -m "service and not thorough" $(STAFF_TESTS)

quick-bot: ## Run the quick tests of the bot environment; of what both halves share only the parity.
	$(BOT) $(PYTEST) -m "not thorough" $(filter-out $(SHARED_TESTS),$(BOT_TESTS)) tests/safety/test_parity.py

thorough-staff: ## Run the long tests of the web environment about desk and studio.
	$(WEB) $(PYTEST) -m thorough $(STAFF_TESTS)

thorough-web: ## Run the other long tests of the web environment.
	$(WEB) $(PYTEST) -m thorough $(WEB_TESTS) $(patsubst %,--ignore=%,$(STAFF_TESTS))

thorough-bot: ## Run the long tests of the bot environment; of what both halves share the long ones in `make prove` alone.
	$(BOT) $(PYTEST) -m thorough $(if $(FRONT_DESK_PROVE),$(BOT_TESTS),$(filter-out $(SHARED_TESTS),$(BOT_TESTS)))
	$(BOT) $(PYTEST) -m "not thorough" $(SHARED_TESTS)

validate: trained ## Let Rasa check the content; any warning fails.
	$(WEB) -m deploy.validate

stories: trained ## Play the test stories through Rasa's own test command.
	$(BOT) -m rasa test core --stories tests/test_stories.yml --fail-on-prediction-errors --out $(VAR)/results -m $(VAR)/releases/$$(cat $(VAR)/releases/published)/model.tar.gz

conversations: trained ## Hold a slice of the written conversations with the whole service; each kind has a floor.
	$(BOT) -W ignore -m training converse --score --slice 60 $(CONVERSATIONS)

end-to-end: trained ## Run everything for real, with browsers, two parts at once.
	@$(TOGETHER)2 end-to-end-deeds end-to-end-builds end-to-end-looks

end-to-end-deeds: ## Run what visitors and staff do in browsers.
	$(WEB) $(PYTEST) tests/end_to_end $(patsubst %,--ignore=%,$(LOOKS) $(BUILDS))

end-to-end-builds: ## Run what builds and publishes, for real.
	$(WEB) $(PYTEST) $(BUILDS)

end-to-end-looks: ## Look at every page of visitors and staff with axe.
	$(WEB) $(PYTEST) $(LOOKS)

faults: trained ## Kill, cut and disturb the real parts for a while, on each database.
	$(WEB) $(PYTEST) tests/faults

screenshots: trained ## Take pictures of every page into var/screenshots, and renew those that README and docs show.
	FRONT_DESK_SCREENSHOTS=$(VAR)/screenshots $(WEB) $(PYTEST) tests/end_to_end/test_visitor.py tests/end_to_end/test_staff_pages_accessible.py
	@for picture in docs/screenshots/*.png; do new=$(VAR)/screenshots/$${picture##*/}; [ ! -e $$new ] || cp $$new $$picture; done

train: set-up ## Train the content and publish the release.
	@$(WEB) -m deploy.train

shell: trained ## Chat in the terminal, with the action server.
	@$(WEB) -m deploy.shell

evaluate: trained ## Score answers and conversations on messages the trainer never sees.
	$(BOT) -m training evaluate --messages tests/evaluation/messages.tsv --out-of-scope tests/evaluation/out_of_scope.tsv
	$(BOT) -W ignore -m training converse --score $(CONVERSATIONS)

bench: trained ## Measure against stock Rasa (takes a quarter of an hour; then stock Rasa's model is kept).
	$(WEB) -m tests.bench.run $(if $(AFRESH),--afresh) $(if $(NOTE),--note "$(NOTE)")

prove: set-up-development ## Run tests, linters, evaluation and every long proof (hours), and go on where it was stopped; ONLY="kills" runs a part.
	$(WEB) -m tests.prove $(if $(ONLY),--only $(ONLY)) $(if $(AFRESH),--afresh) $(if $(NOTE),--note "$(NOTE)")

kills: trained ## Kill the real parts a thousand times while visitors write, and go on where it was stopped.
	$(WEB) -m tests.faults.prove --kills 1000 --messages 10000 $(if $(DEADLINE),--deadline $(DEADLINE)) $(if $(NOTE),--note "$(NOTE)")

lint: set-up-development ## Check style, format and types, in both environments.
	$(WEB) -m ruff check .
	$(WEB) -m ruff format --check --quiet .
	$(BOT) -m mypy --python-version 3.10 $(wildcard $(BOT_ROOMS))
	$(WEB) -m mypy --python-version 3.11 $(wildcard $(WEB_ROOMS))

lock: ## Compile the pinned requirements again (needs uv).
	cd requirements && uv pip compile bot-dev.in -o bot-dev.txt $(BOT_LOCK)
	cd requirements && uv pip compile bot.in -o bot.txt -c bot-dev.txt --override bot-without.in $(BOT_LOCK)
	cd requirements && uv pip compile web-dev.in -o web-dev.txt $(WEB_LOCK)
	cd requirements && uv pip compile web.in -o web.txt -c web-dev.txt $(WEB_LOCK)
	cd requirements && uv pip compile encoder.in -o encoder.txt --no-deps --python-version 3.10 $(LOCK)
LOCK := --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links
BOT_LOCK := --python-version 3.10 --python-platform x86_64-manylinux_2_28 $(LOCK)
WEB_LOCK := --python-version 3.11 --universal $(LOCK)

sbom: set-up ## Write what Front Desk is made of (CycloneDX) to requirements/sbom.cdx.json.
	@$(WEB) -m deploy.sbom

version: set-up ## Make what is unreleased in the changelog a version: VERSION=0.3.0.
	@$(WEB) -m deploy.new_version "$(VERSION)"

audit: set-up ## Check the pinned packages against the known holes.
	@$(WEB) -m deploy.audit

set-up: ## Make the environments and the encoder, when they are missing.
	@python=$$(sh deploy/find-python.sh) && $$python -m deploy.setup

set-up-development: ## Make them with what tests, linters and Rasa's own commands need besides.
	@python=$$(sh deploy/find-python.sh) && $$python -m deploy.setup --development

trained: set-up-development
	@$(WEB) -m deploy.train --if-needed

clean: ## Remove caches; environments and var stay.
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .rasa results
	find $(ROOMS) -name __pycache__ -prune -exec rm -rf {} +
