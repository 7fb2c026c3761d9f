#!/usr/bin/env bash
# A Bitcoin node for the tests: bitcoin-knots (Core's RPC) out of Debian testing, with its libraries, unpacked into ./node and run through its own loader.
# The system's apt state stays as it is. Debian testing moves, so no version is pinned; the regtest rules that the tests use do not change.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
node=$here/node
if [ -x "$node/run/bitcoind" ] && "$node/run/bitcoind" -version >/dev/null 2>&1; then exit 0; fi
# shellcheck source=tools/debian-testing.sh
. "$here/../../debian-testing.sh"
use_debian_testing bitcoin
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
