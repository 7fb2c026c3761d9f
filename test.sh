#!/usr/bin/env bash
# Passes all tests on a fresh machine with the .NET 10 SDK; installs what they need where it may. Arguments go to `dotnet test`.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
tools/install-peers.sh
export LD_LIBRARY_PATH=$PWD/tools/peers/crypto-mb/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
dotnet restore Hallmark.slnx --locked-mode
dotnet build Hallmark.slnx --no-restore -c Release -v q -clp:NoSummary
dotnet test Hallmark.slnx --no-build -c Release --logger "console;verbosity=minimal" "$@"
