#!/usr/bin/env bash
# pictures.sh [DIR]
# Makes README.md's pictures of the console, into docs/pictures/ or DIR: the simulated endpoint, the sample workload, and what a
# person would see after twenty seconds. Needs a built release (packaging/run.sh makes one) and no display.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-docs/pictures}
program=${PENSTOCK_PROGRAM:-build/release/bin/penstock} # another build of the console, where one is wanted
[ -x "$program" ] || { printf 'pictures: %s is missing: build it first (packaging/run.sh)\n' "$program" >&2; exit 2; }
mkdir -p "$folder"
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
for theme in dark light; do
  printf 'pictures: %s/console_%s.png\n' "$folder" "$theme"
  # A home of its own: nobody's settings, runs or keys are in the picture.
  HOME=$home XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data XDG_CACHE_HOME=$home/cache QT_QPA_PLATFORM=offscreen \
    "$program" --demo --theme "$theme" --size 1440x900 --screenshot "$folder/console_$theme.png" --after 20
done
