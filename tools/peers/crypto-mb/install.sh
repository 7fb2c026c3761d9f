#!/usr/bin/env bash
# Intel Cryptography Primitives' multi-buffer library for the tests, out of Debian testing into ./lib; test.sh puts that on the library path. It needs a processor
# with AVX-512. Debian testing moves, so no version is pinned; a library that signs otherwise does not pass Hallmark's self-test and is not used.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
lib=$here/lib
if compgen -G "$lib/libcrypto_mb.so.*" >/dev/null; then exit 0; fi
[ "$(uname -m)" = x86_64 ] || { echo "crypto-mb: there is none for $(uname -m)" >&2; exit 1; }
# shellcheck source=tools/debian-testing.sh
. "$here/../../debian-testing.sh"
use_debian_testing crypto-mb
(cd "$apt/debs" && apt-get -qq download libcrypto-mb12 && dpkg-deb -x libcrypto-mb12_*.deb unpacked)
rm -rf "$lib" "$lib.new"
mkdir "$lib.new"
cp -P "$apt"/debs/unpacked/usr/lib/x86_64-linux-gnu/libcrypto_mb.so.* "$lib.new"
mv "$lib.new" "$lib"
