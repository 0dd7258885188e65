#!/usr/bin/env bash
# usage: tests/faults.sh [--seed N] [--minutes M]
# The long fault suite: each scenario of tests/PerfFlow.Tests/Faults on a county of 200 cases, with seed N, N+1, … until M
# minutes are over (default: a drawn seed, 60 minutes; the scenarios go on side by side). A failure names the seed that brings it
# back. As root also with a full disk. Builds what has changed and leaves nothing behind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seed=$RANDOM minutes=60
while [ $# -gt 0 ]; do
    case $1 in
        --seed) seed=$2; shift 2 ;;
        --minutes) minutes=$2; shift 2 ;;
        *) echo "usage: tests/faults.sh [--seed N] [--minutes M]" >&2; exit 2 ;;
    esac
done
echo "Seeds from $seed on, for $minutes minutes"
PERFFLOW_FAULT_SEED=$seed PERFFLOW_FAULT_MINUTES=$minutes exec dotnet run --project tests/PerfFlow.Tests -- --filter-namespace PerfFlow.Tests.Faults --output Detailed --no-progress --show-live-output on
