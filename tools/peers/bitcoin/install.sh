#!/usr/bin/env bash
# A Bitcoin node for the tests: bitcoin-knots (Core's RPC) out of Debian testing, with its libraries, unpacked into ./node and run through its own loader.
# The system's apt state stays as it is. Debian testing moves, so no version is pinned; the regtest rules that the tests use do not change.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
node=$here/node
if [ -x "$node/run/bitcoind" ] && "$node/run/bitcoind" -version >/dev/null 2>&1; then exit 0; fi
command -v apt-get >/dev/null || { echo "bitcoin: no apt-get here" >&2; exit 1; }

suite=forky
apt=$(mktemp -d)
trap 'rm -rf "$apt"' EXIT
mkdir -p "$apt"/{lists/partial,archives/partial,debs}
: >"$apt/status"
mirror=$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/debian.sources | head -1)
[ -n "$mirror" ] || { echo "bitcoin: /etc/apt/sources.list.d/debian.sources names no mirror" >&2; exit 1; }
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/sources.list"
cat >"$apt/apt.conf" <<X
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Debug::NoLocking "1";
X
export APT_CONFIG=$apt/apt.conf
apt-get -qq update
# The closure without what a node never touches.
needed=$(apt-get -s --no-install-recommends install bitcoin-knots | awk '/^Inst/ {print $2}' |
    grep -vE '^(systemd|libsystemd|debconf|openssl-provider|perl|gcc-[0-9]+-base|libc-gconv)')
rm -rf "$node"
mkdir -p "$node/run"
# shellcheck disable=SC2086 # a list of packages
(cd "$apt/debs" && apt-get -qq download $needed && for deb in *.deb; do dpkg-deb -x "$deb" "$node"; done)
for name in bitcoind bitcoin-cli; do
    printf '#!/bin/sh\nhere=%s\nexec "$here/usr/lib64/ld-linux-x86-64.so.2" --library-path "$here/usr/lib/x86_64-linux-gnu" "$here/usr/bin/%s" "$@"\n' \
        "$(printf '%q' "$node")" "$name" >"$node/run/$name"
    chmod 755 "$node/run/$name"
done
"$node/run/bitcoind" -version | head -1 >&2
