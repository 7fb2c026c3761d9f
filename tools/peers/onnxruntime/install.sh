#!/usr/bin/env bash
# The package holds the library for six platforms, 250 MB of which no test on Linux loads.
set -euo pipefail
cd "$(dirname "$0")"
rm -rf node_modules/onnxruntime-node/bin/napi-v6/{darwin,win32}
