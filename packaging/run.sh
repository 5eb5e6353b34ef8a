#!/usr/bin/env bash
# run.sh [options...]
# Installs what is missing, builds, and opens the console on the built-in simulated endpoint with the sample workload running:
# nothing leaves this machine and nothing is paid for. Options are handed to `penstock`, e.g. --max-concurrency 20.
# With no display the same workload is answered by `penstock-cli run`: what a success cost, the result record and a picture of
# the console stay in out/.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf 'run: %s\n' "$*"; }
fail() { printf 'run: %s\n' "$*" >&2; exit 2; }

packaging/setup.sh
say "building (preset release, into build/release)"
[ -f build/release/build.ninja ] || cmake --preset release >/dev/null || fail "cmake could not configure the build: its own words are above"
cmake --build build/release --target programs || fail "the build failed: the compiler's own words are above"

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  say "opening the console (build/release/bin/penstock --help lists what it takes)"
  exec build/release/bin/penstock --demo "$@"
fi

say "there is no display, so the run is headless"
output=out/sample-$(date +%Y%m%d-%H%M%S)-$$
say "answering resources/workloads/sample_prompts.jsonl through the simulated endpoint"
status=0
build/release/bin/penstock-cli run --workload resources/workloads/sample_prompts.jsonl --output "$output" "$@" </dev/null || status=$?
[ -f "$output/record.csv" ] || exit "$status"

printf '\nThe result record (%s/record.csv):\n' "$output"
awk -F, 'function cell(text) { gsub(/^"|"$/, "", text); return text == "" ? "-" : text }
         { printf "  %-44s %-22s %s\n", cell($1), cell($2), ($4 != "" ? cell($4) : cell($3)) }' "$output/record.csv"

# The run as the console shows it.
if QT_QPA_PLATFORM=offscreen build/release/bin/penstock "$output/run.penstock" --size 1440x900 --screenshot "$output/console.png" --after 3 </dev/null; then
  printf '\nThe run as the console shows it: %s/console.png\n' "$output"
fi
printf 'Everything that the run left: %s\n' "$output"
exit "$status"
