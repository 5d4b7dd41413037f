# Two commands matter: make run and make test. Both install and build what they need.
SHELL := /bin/bash
GO ?= go

.PHONY: run demo test bench-build chaos build lint vuln histories tools clean

run: build bin/standalone
	@exec bin/standalone run --data .data -- bin/bihuan up

demo: build bin/standalone
	@exec bin/standalone exec --ui -- bin/bihuan rehearse opinion --watch

build: tools
	@echo "正在编译 bin/bihuan …" >&2
	@$(GO) build -o bin/bihuan ./deploy/bihuan

# The embedded Temporal server takes some minutes to compile the first time.
bin/standalone: $(shell find deploy/standalone -name '*.go' -o -name 'go.*' -o -name '*.sql') | tools
	@echo "正在编译 bin/standalone（首次需要几分钟）…" >&2
	@cd deploy/standalone && $(GO) build -ldflags="-s -w" -o ../../bin/standalone .

# A module of its own: what it measures against never enters the product's.
bench-build: tools
	@echo "正在编译 bin/bench …" >&2
	@cd deploy/bench && $(GO) build -o ../../bin/bench .

# An empty or broken-off script would pass for a green one: its last line leaves a mark.
test: build bench-build bin/standalone
	@rm -f bin/tested && deploy/test.sh && test -e bin/tested

# Kills, cuts and fills at random for an hour; CHAOS_KILLS and CHAOS_SEED choose how often and in which order. Several shorter runs
# with different seeds are as good as one.
chaos: build bin/standalone
	@CHAOS_KILLS=$${CHAOS_KILLS:-200} $(GO) test -count=1 -timeout 4h -v -run 'TestChaos$$' ./deploy/chaos

tools:
	@deploy/install.sh

# Records a history of each procedure for the replay test; run it once for each release, keep the old ones.
histories: build bin/standalone
	@RECORD_HISTORIES=$(CURDIR)/worker/testdata bin/standalone exec -- $(GO) test -count=1 -run 'TestFullCycleCost|TestSuggestionStates|TestInterviewStates|TestInterpellationStates|TestEvaluationStates|TestAppraisalStates|TestRehearsals|TestCorrectionStates|TestNewYearMovesOpenDates|TestRecordIsPatient' ./deploy/bihuan

lint:
	@$(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run ./... && (cd deploy/standalone && $(GO) vet ./...) && cd deploy/bench && $(GO) vet ./...

# Known weaknesses of what we depend on; needs the database of vuln.go.dev.
vuln:
	@$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./... && cd deploy/standalone && $(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

clean:
	rm -rf bin
