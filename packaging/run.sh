#!/usr/bin/env bash
# run.sh [penstock-cli run options...]
# Installs what is missing, builds, and answers the sample workload through the built-in simulated endpoint: nothing leaves this
# machine and nothing is paid for. Ends with what a success cost and the result record. Options are handed to `penstock-cli run`,
# e.g. --max-concurrency 20. The run's files stay in out/.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf 'run: %s\n' "$*"; }
fail() { printf 'run: %s\n' "$*" >&2; exit 2; }

packaging/setup.sh
say "building (preset release, into build/release)"
[ -f build/release/build.ninja ] || cmake --preset release >/dev/null || fail "cmake could not configure the build: its own words are above"
cmake --build build/release --target programs || fail "the build failed: the compiler's own words are above"

output=out/sample-$(date +%Y%m%d-%H%M%S)-$$
say "answering resources/workloads/sample_prompts.jsonl through the simulated endpoint"
status=0
build/release/bin/penstock-cli run --workload resources/workloads/sample_prompts.jsonl --output "$output" "$@" </dev/null || status=$?
[ -f "$output/record.csv" ] || exit "$status"

printf '\nThe result record (%s/record.csv):\n' "$output"
awk -F, 'function cell(text) { gsub(/^"|"$/, "", text); return text == "" ? "-" : text }
         { printf "  %-44s %-22s %s\n", cell($1), cell($2), ($4 != "" ? cell($4) : cell($3)) }' "$output/record.csv"
printf '\nEverything that the run left: %s\n' "$output"
exit "$status"
