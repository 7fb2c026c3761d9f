#!/usr/bin/env bash
# arlocal stores in sqlite3, whose native part npm does not build here: Debian's build of it takes its place, without its dependency on Debian's own Node.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
addon=$here/node_modules/sqlite3/build/Release/node_sqlite3.node
[ -d "$here/node_modules/sqlite3" ] || exit 0
if [ -f "$addon" ] && (cd "$here" && node -e 'require("sqlite3")' 2>/dev/null); then exit 0; fi
command -v apt-get >/dev/null || { echo "arlocal: no apt-get here" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get -qq download node-sqlite3 2>/dev/null && dpkg-deb -x node-sqlite3_*.deb unpacked)
mkdir -p "$(dirname "$addon")"
cp "$work"/unpacked/usr/lib/*/nodejs/sqlite3/lib/binding/napi-v6-*/node_sqlite3.node "$work/addon"
if ! command -v patchelf >/dev/null; then
    (cd "$work" && apt-get -qq download patchelf 2>/dev/null && dpkg-deb -x patchelf_*.deb patchelf)
    PATH=$work/patchelf/usr/bin:$PATH
fi
for library in $(patchelf --print-needed "$work/addon" | grep '^libnode'); do patchelf --remove-needed "$library" "$work/addon"; done
mv "$work/addon" "$addon"
cd "$here" && node -e 'require("sqlite3")'
