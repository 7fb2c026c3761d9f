#!/usr/bin/env bash
# Installs the programs of others that the tests compare Hallmark with. On a machine where that is not possible the tests that need them say
# "skipped, and why"; with CI set they fail instead.
set -euo pipefail
packages=(b3sum libsodium23 openssl postgresql python3-yaml nodejs jq xxd python3-opentimestamps python3-sklearn python3-onnx curl python3-requests chromium)
present() {
    case $1 in
        b3sum | openssl | jq | xxd | curl | chromium) command -v "$1" >/dev/null ;;
        nodejs) command -v node >/dev/null ;;
        postgresql) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ;;
        *) dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed' ;;
    esac
}
missing=()
for package in "${packages[@]}"; do present "$package" || missing+=("$package"); done

# Programs from npm lie in tools/peers/NAME with their lock file; what else is needed there says its install.sh. Both are quick where nothing changed.
install_peers() {
    local folder stamp
    for folder in "$here"/peers/*/; do
        if [ -f "$folder/package-lock.json" ]; then
            stamp=$folder/node_modules/.installed
            if ! cmp -s "$folder/package-lock.json" "$stamp"; then
                command -v npm >/dev/null || { echo "install-peers: no npm here; tests against $(basename "$folder") will be skipped" >&2; continue; }
                (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) && cp "$folder/package-lock.json" "$stamp" ||
                    { echo "install-peers: npm could not install $(basename "$folder"); its tests will be skipped" >&2; continue; }
            fi
        fi
        if [ -x "$folder/install.sh" ]; then
            "$folder/install.sh" || echo "install-peers: $folder/install.sh failed; its tests will be skipped" >&2
        fi
    done
}

here=$(cd "$(dirname "$0")" && pwd)
if [ ${#missing[@]} -eq 0 ]; then
    install_peers
    exit 0
fi

if ! command -v apt-get >/dev/null; then
    echo "install-peers: no apt-get here; tests against ${missing[*]} will be skipped" >&2
    install_peers
    exit 0
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "install-peers: not root and no sudo; tests against ${missing[*]} will be skipped. To have them: apt-get install ${missing[*]}" >&2
        install_peers
        exit 0
    fi
    as_root=(sudo -n)
fi

# Packages must not start servers of their own: the tests start theirs, on free loopback ports.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
install_peers
