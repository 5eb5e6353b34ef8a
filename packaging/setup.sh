#!/usr/bin/env bash
# setup.sh [--tests] [--check]
# Installs what building Penstock needs on Debian 12, Debian 13 or Ubuntu 24.04, as root or through sudo.
#   --tests   also what its tests talk to (nginx, nghttpx, ...)
#   --check   installs nothing: says what is missing, and ends with 1 if anything is
# Only what is missing is installed; a second run needs no network and no root.
set -euo pipefail

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

tests=no check=no
for argument in "$@"; do
  case $argument in
    --tests) tests=yes ;;
    --check) check=yes ;;
    -h | --help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "unknown option $argument (known: --tests, --check)" ;;
  esac
done

building=(
  cmake ninja-build ccache pkgconf            # the build itself
  qt6-base-dev libqt6sql6-sqlite              # Qt: core, network, SQL with its SQLite driver, Qt Test
  qt6-charts-dev libqt6opengl6-dev libgl1-mesa-dev # the console: widgets and charts (the package of Qt Charts forgets OpenGL's)
  qt6-svg-dev qtkeychain-qt6-dev fonts-inter  # SVG export and icons; API keys in the keychain; the console's face
  libssl-dev libnghttp2-dev libglib2.0-dev    # certificates and digests; HTTP/2 framing; when an event loop wakes
  nlohmann-json3-dev libsimdjson-dev          # JSON documents; JSON on the token path
  libspdlog-dev libcli11-dev                  # log; command line
)
testing=(
  python3                                     # the end-to-end tests and their servers
  xvfb xauth                                  # a display for the console where there is none
  nginx nghttp2-proxy                         # real front ends: nginx, nghttpx
  openssl ca-certificates curl                # a certificate for them; fetching their counters
)

command -v dpkg-query >/dev/null || fail "this script knows Debian 12, Debian 13 and Ubuntu 24.04; install by hand what README.md's table lists"

wanted=("${building[@]}")
command -v "${CXX:-c++}" >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null || wanted+=(g++)
[ "$tests" = no ] || wanted+=("${testing[@]}")

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/^installed //p' || true)
missing=()
for package in "${wanted[@]}"; do
  grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  say "everything needed is installed (${#wanted[@]} packages)"
  exit 0
fi
if [ "$check" = yes ]; then
  say "missing: ${missing[*]}"
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || fail "not root and no sudo here; as root, run: apt-get install --no-install-recommends ${missing[*]}"
  as_root=(sudo)
fi
root() { "${as_root[@]}" "$@"; }

# nginx and nghttpx are wanted as programs alone. Those that this script installs are kept from starting as services: now by
# a policy that stands for the length of the installation, and at the next boot by disabling their units. Ones that were
# there before are not touched.
policy=/usr/sbin/policy-rc.d
own_policy=no
log=$(mktemp)
cleanup() {
  rm -f "$log"
  [ "$own_policy" = no ] || root rm -f "$policy"
}
trap cleanup EXIT
services=()
for package in "${missing[@]}"; do
  case $package in
    nginx) services+=(nginx) ;;
    nghttp2-proxy) services+=(nghttpx) ;;
  esac
done
if [ ${#services[@]} -gt 0 ] && [ ! -e "$policy" ]; then
  own_policy=yes
  printf '#!/bin/sh\nexit 101\n' | root tee "$policy" >/dev/null
  root chmod 755 "$policy"
fi

apt() { # apt WHAT...: quiet when it works, its own words when it does not
  if ! root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    return 1
  fi
}

say "installing ${missing[*]}"
# The lists of a machine that was set up long ago name versions that its mirror no longer has: they are fetched again then. An
# update that fails decides nothing, for it may be the fault of a mirror that holds nothing we want.
fetched=no
if ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then
  say "fetching the package lists"
  apt update || true
  fetched=yes
fi
if [ "$fetched" = yes ] || ! apt install -y --no-install-recommends "${missing[@]}" 2>/dev/null; then
  if [ "$fetched" = no ]; then
    say "fetching the package lists again"
    apt update || true
  fi
  apt install -y --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install ${missing[*]} (its own words are above): is there a network, and does /etc/apt name a mirror that answers?"
fi

for service in ${services[@]+"${services[@]}"}; do
  if command -v deb-systemd-helper >/dev/null; then root deb-systemd-helper --quiet disable "$service.service" >/dev/null 2>&1 || true; fi
  if command -v update-rc.d >/dev/null; then root update-rc.d "$service" disable >/dev/null 2>&1 || true; fi
done
say "done"
