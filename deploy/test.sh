#!/usr/bin/env bash
# Every test, on a stack of its own: unit, register, end to end on the real engine, and the pages in a browser.
set -euo pipefail
cd "$(dirname "$0")/.."
deploy/install.sh test
echo "检查格式与静态分析 …" >&2
unformatted=$(gofmt -l $(git ls-files '*.go'))
[ -z "$unformatted" ] || { echo "gofmt 未通过：$unformatted" >&2; exit 1; }
go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run --allow-parallel-runners ./...
go run go.temporal.io/sdk/contrib/tools/workflowcheck@v0.6.0 -config workflows/workflowcheck.yaml ./workflows
echo "运行测试 …" >&2
# What takes its time by size, or by hundreds of rows, runs without the race detector, which would take up to ten times as long and find
# nothing that the others do not.
sized='^Test(States|InterviewStates|AppraisalStates|LongCaseContinues|DemoShowsTheFiguresOfTheSpecification|Rehearsals|FullCycleCost|HandOverOfFourHundred|NoPageScansALargeTable|ImportOfAWholeSession|TheLongestExport|WalkOfRoutesAndRoles|ImportOutlivesBrokenFiles|ImportRefusesFiles)$'
bin/standalone exec -- go test -race -count=1 -timeout 40m -skip "$sized" ./...
bin/standalone exec -- go test -count=1 -timeout 20m -run "$sized" ./api ./deploy/bihuan
(cd deploy/standalone && go vet ./... && go test -count=1 -timeout 10m ./...)
(cd deploy/bench && go vet ./...)
bin/standalone exec -- deploy/bench/smoke.sh
touch bin/tested
