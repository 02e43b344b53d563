# Every target runs through bootstrap.sh, which brings uv, the Python packages and Node if the machine lacks them.
SHELL := /bin/bash
STAGE ?= local
RUN := infra/local/bootstrap.sh python -m
LOCAL := $(RUN) infra.local

.DEFAULT_GOAL := help
.PHONY: help up down clean urls logs lint test test-unit test-contracts test-cloud e2e chaos fuzz bench schemas event docs deploy replay reindex

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## start the local cloud, deploy what changed, say where to look
	@$(LOCAL) up

down: ## stop every process of the local cloud; data stays
	@$(LOCAL) down

clean: ## stop, and forget accounts, posts and files
	@$(LOCAL) clean

urls: ## print every endpoint and id as JSON
	@$(LOCAL) urls

logs: ## print the last log lines (NAME=cloud for one)
	@$(LOCAL) logs $(NAME)

lint: ## ruff, import-linter and mypy, package by package
	@$(LOCAL) lint

test: ## everything: lint, unit, contracts, up, adapters on the local cloud, e2e
	@$(LOCAL) test

test-unit: ## the tests that need no cloud
	@$(LOCAL) test-unit

test-contracts: ## schemas: drift and compatibility with every released version
	@$(LOCAL) test-contracts

test-cloud: ## the adapters on the running local cloud
	@$(LOCAL) test-cloud

e2e: ## the stories, from outside, on the running local cloud
	@$(LOCAL) e2e

chaos: ## the fault run: EVENTS=2000 RATE=0.25 SEED=1 BROKEN=search (forgets every 50th event)
	@$(RUN) e2e.chaos --events $(or $(EVENTS),2000) --rate $(or $(RATE),0.25) --seed $(or $(SEED),1) $(if $(BROKEN),--broken $(BROKEN))

fuzz: ## Schemathesis on the running local cloud: CASES=40 SEED=1 SERVICE=posts
	@$(RUN) e2e.fuzzing --cases $(or $(CASES),40) --seed $(or $(SEED),1) $(addprefix --service=,$(SERVICE))

schemas: ## release the JSON Schemas of events whose models changed
	@$(RUN) contracts.events.schemas

event: ## scaffold an event: NAME=post.pinned VERSION=1, and SERVICE=posts for a new noun
	@$(RUN) infra.event $(or $(NAME),$(error name it: make event NAME=post.pinned VERSION=1)) \
		$(or $(VERSION),$(error say which version: VERSION=1)) $(addprefix --service=,$(SERVICE))

docs: ## generate the event catalogue: docs/asyncapi.json, and a page
	@$(RUN) infra.catalogue

deploy: ## deploy one service: SERVICE=posts STAGE=local
	@$(RUN) infra.deploy $(or $(SERVICE),$(error name a service: make deploy SERVICE=posts)) --stage $(STAGE)

bench: ## what each action costs and how fast functions are, beside their floors: docs/benchmarks.md
	@$(LOCAL) up && $(RUN) infra.bench

replay: ## list all dead letters; QUEUE=search sends its back; ARCHIVE=search FROM=2d its past; STAGE=, OPTIONS=
	@$(RUN) contracts.replay $(if $(ARCHIVE),archive $(ARCHIVE) --from $(or $(FROM),$(error say since when: FROM=2d))$(if $(TO), --to $(TO)),$(if $(QUEUE),send $(QUEUE),list)) --stage $(STAGE) $(OPTIONS)

reindex: ## rebuild the search index from the tables: STAGE=local
	@$(RUN) infra.reindex --stage $(STAGE)
