# What a developer runs. `make test` is the whole check and the one command that the README names; the rest
# are its parts and what takes too long for every day.

MAKEFLAGS += --no-print-directory
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

# Flags for go test, such as TESTFLAGS=-count=1; how long `make fuzz` tries each target.
TESTFLAGS ?=
FUZZTIME ?= 1m

# pkgname prints a line per package; standard-verbose prints what go test -v prints. Both end with how many
# tests ran, failed and were skipped, and name the skipped ones.
export GOTESTSUM_FORMAT ?= pkgname

SUMMARY := go tool -modfile=tools/judge/go/go.mod gotestsum
JUDGE := tools/judge/node
CLIENT := tools/mcp-client
AGENT := tools/agents/gemini
LARGE := tools/agents/claude
LOCK := node_modules/.package-lock.json
INSTALLED := $(JUDGE)/$(LOCK) $(CLIENT)/$(LOCK) $(AGENT)/$(LOCK)

# The packages that start goroutines or share state between them.
CONCURRENT = $(shell go list -f '{{$$p := .ImportPath}}{{range .Imports}}{{if or (eq . "sync") (eq . "sync/atomic") \
	(eq . "golang.org/x/sync/errgroup")}}{{$$p}}{{"\n"}}{{end}}{{end}}' ./... | sort -u)

.PHONY: build test lint race judges agents boundaries bench fuzz deps clean

build:
	go build ./...
	@if [ -d cmd/plumb ]; then go build -o bin/ ./cmd/plumb; fi

test: deps lint
	$(SUMMARY) -- $(TESTFLAGS) ./...
	@$(MAKE) race

lint:
	@unformatted=$$(find . -name '*.go' -not -path '*/node_modules/*' -not -path '*/testdata/*' -exec gofmt -l {} +); \
	if [ -n "$$unformatted" ]; then printf 'not formatted by gofmt:\n%s\n' "$$unformatted"; exit 1; fi
	go vet ./...
	go vet -C tools/judge/go ./...
	go tool staticcheck ./...

# The race detector slows tests tenfold. Left out are the long ones that share nothing between goroutines beyond
# what shorter tests of the same package do: thousands of runs against known answers, and waiting for Node.js.
UNRACED = ReferenceCases|TestForeignJudges|TestEveryTippingPoint|TestStandsIsWhatPlanningAgainFinds|TestAnswersKeepTheirBudget|TestDocumentsShowWhatPlumbPrints|TestADesignIsSimulatedAsIfAPolicyWereOtherwise|TestDesignsAreComparedUnderTheSameChance|TestPermutedDeclarationsChangeNothing|TestOnlySomeMitigationsEndARetryStorm|TestIntervalsCoverTheTruth|TestRandomSystemsScale|TestStationsAgreeWithClosedForms|TestEveryKeyMakesADifference|TestAnyMixOfStatements|TestWhatTheDesignPredicts|TestEachFailureIsMended

race:
	@packages="$(CONCURRENT)"; if [ -n "$$packages" ]; then \
		echo "go test -race" $$packages; $(SUMMARY) -- -race -timeout 30m -skip '$(UNRACED)' $(TESTFLAGS) $$packages; fi

# The foreign validators on their own fixtures, and who they are.
judges: deps
	$(SUMMARY) -- -count=1 ./internal/judge
	node $(JUDGE)/judge.mjs --panel
	go run -C tools/judge/go . --panel

# What is installed for coding agents, judged by one more of them, whose program has 400 MB.
agents: deps $(LARGE)/$(LOCK)
	$(SUMMARY) -- -count=1 -tags claude ./agent

# The boundary finder against the published cases.
boundaries:
	go run ./tools/boundaries

bench:
	go test -run '^$$' -bench . -benchmem ./...

# Every fuzz target in turn, as go test fuzzes one at a time.
fuzz:
	@go list -f '{{.Dir}}' ./... | while read -r dir; do \
		{ grep -ohE '^func Fuzz[A-Za-z0-9_]+' "$$dir"/*_test.go 2>/dev/null || true; } | sed 's/^func //' | while read -r target; do \
			echo "$$target in $$dir"; \
			go test -C "$$dir" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) . ; \
		done; \
	done

# The packages of the JavaScript world, as their lock files pin them: validators, foreign clients of the server for
# agents, and a coding agent. Where they cannot be installed the tests that need them are skipped and say so, unless
# PLUMB_JUDGES=required.
deps: $(INSTALLED)

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	@if ! command -v npm >/dev/null; then why='npm is not on the path: install Node.js 20.19 or later'; \
	elif npm --prefix $* ci; then touch $@; exit 0; \
	else why='npm ci failed in $*'; fi; \
	if [ "$${PLUMB_JUDGES:-}" = required ]; then echo "JUDGE MISSING: $$why"; exit 1; fi; \
	echo "JUDGE SKIPPED: $$why"

clean:
	rm -rf bin out $(JUDGE)/node_modules $(CLIENT)/node_modules $(AGENT)/node_modules $(LARGE)/node_modules
