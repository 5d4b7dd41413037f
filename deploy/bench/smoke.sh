#!/usr/bin/env bash
# Runs every scenario of bin/bench at a hundredth of its size on the stack it is given, and looks at what they print.
set -euo pipefail
cd "$(dirname "$0")/../.."
for scenario in cycle act "storm --at-once" "idle --cases 10000 --rest 30s" pages; do
	# shellcheck disable=SC2086 # the words after the name are its flags
	out=$(bin/bench --size 0.01 --runs 1 --json $scenario)
	grep -q "^{\"scenario\":\"${scenario%% *}\",\"ok\":true,\"metrics\":{\".*},\"ratios\":{\".*}}$" <<<"$out" ||
		{ echo "bin/bench ${scenario%% *} 的输出不对：$out" >&2; exit 1; }
done
