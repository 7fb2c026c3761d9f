#!/usr/bin/env bash
# Runs the README's examples as printed, on a copy of the store that the demo ships, in a home of its own; each must end with exit code 0.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build src/Hallmark.Cli -c Release -v q -clp:NoSummary >/dev/null
cat >"$work/hallmark" <<SH
#!/bin/sh
exec dotnet "$root/artifacts/bin/Hallmark.Cli/release/hallmark.dll" "\$@"
SH
chmod +x "$work/hallmark"
tar -xzf testdata/mlflow/3.6/file/mlruns.tar.gz -C "$work"
mkdir "$work/home" "$work/tmp"
printf '{"relocate":["/srv/mlflow/mlruns=%s/mlruns"]}\n' "$work" >"$work/home/hallmark.json"
# Folders of the demo go with ours: those in /tmp may be somebody else's, who runs it now.
export TMPDIR="$work/tmp" HALLMARK_HOME="$work/home" MLFLOW_TRACKING_URI="$work/mlruns" PATH="$work:$PATH" NO_COLOR=1
unset ARIO_MLFLOW_SIGNING_KEY

count=0
while read -r line; do
    command=${line#\$ }
    case $command in
        'dotnet run --project src/Hallmark.Cli -- demo') command='hallmark demo' ;;
        hallmark*) ;;
        *) continue ;; # ./test.sh is what called us
    esac
    if ! (cd "$work" && bash -c "$command" </dev/null >"$work/out" 2>&1); then
        echo "check-readme: failed: $command" >&2
        cat "$work/out" >&2
        exit 1
    fi
    count=$((count + 1))
done < <(sed -n '/^```console$/,/^```$/p' README.md | grep '^\$ ')
[ "$count" -ge 11 ] || { echo "check-readme: only $count examples were found in README.md" >&2; exit 1; }
echo "check-readme: $count examples ran as printed"
