#!/usr/bin/env bash
# test.sh [--quick] [--tsan] [--no-setup]
# Installs what is missing, builds and runs every test: the debug build with all of them, the same engine under the address and
# undefined-behaviour sanitizers, and the engine without Widgets and Charts. Closes with ctest's own summary of each.
#   --quick      the debug build alone, without the long tests
#   --tsan       the engine under the thread sanitizer, and nothing else
#   --no-setup   installs nothing
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
say() { printf '\ntest: %s\n' "$*"; }

setup=yes presets=(dev asan engine-only) more=()
for argument in "$@"; do
  case $argument in
    --quick) presets=(dev) more=(--label-exclude heavy) ;;
    --tsan) presets=(tsan) ;;
    --no-setup) setup=no ;;
    -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) printf 'test: unknown option %s\n' "$argument" >&2; exit 2 ;;
  esac
done
[ "$setup" = no ] || packaging/setup.sh --tests || exit 1

# One cache for all builds: paths inside it are relative, so that what dev compiled serves engine-only too.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
jobs=$(nproc)
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

test_preset() { # test_preset NAME: builds and tests; what ctest printed stays in $logs/NAME
  local preset=$1
  say "building $preset"
  if ! cmake --preset "$preset" >"$logs/configure" 2>&1; then
    cat "$logs/configure"
    return 1
  fi
  grep -A8 '^CMake Warning' "$logs/configure"
  cmake --build --preset "$preset" || return 1
  say "testing $preset"
  ctest --preset "$preset" -j "$jobs" --no-tests=error ${more[@]+"${more[@]}"} 2>&1 </dev/null | tee "$logs/$preset"
}

passed=() failed=()
for preset in "${presets[@]}"; do
  begun=$SECONDS
  if test_preset "$preset"; then passed+=("$preset"); else failed+=("$preset"); fi
  say "$preset took $((SECONDS - begun)) s"
done

# What failed is told last.
for preset in ${passed[@]+"${passed[@]}"} ${failed[@]+"${failed[@]}"}; do
  say "summary of $preset"
  if grep -q 'tests passed' "$logs/$preset" 2>/dev/null; then
    sed -n '/% tests passed/,$p' "$logs/$preset"
  else
    echo "$preset was not built, so none of its tests ran"
  fi
done
[ ${#failed[@]} -eq 0 ]
