#!/usr/bin/env bash
# usage: deploy/local.sh [--port 5080] [--data /absolute/folder] [further options of the demo command]
# Installs what is missing (PostgreSQL, Node), builds, and serves 青田县's demonstration on 127.0.0.1 until Ctrl-C. Prints
# the address and the demo accounts with their fresh passwords. Exit code 3: something is missing and could not be
# installed; the line says what.
set -euo pipefail
clone=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=deploy/workplace.sh
. "$clone/deploy/workplace.sh"

require_dotnet "$clone"
"$clone/deploy/packages.sh" postgresql nodejs npm
enter_workplace "$clone"
dotnet build src/PerfFlow.Platform --configuration Release --verbosity quiet >&2

# Two demonstrations may run side by side: without --port the second takes the next free one.
port=()
case " $* " in
    *" --port"*) ;;
    *)
        for number in {5080..5099}; do
            (: <>"/dev/tcp/127.0.0.1/$number") 2>/dev/null || break
        done
        port=(--port "$number")
        ;;
esac
# In the background, so that a signal reaches the trap, and from there the demonstration, at once.
dotnet run --project src/PerfFlow.Platform --configuration Release --no-build -- demo qingtian "${port[@]}" "$@" &
demo=$!
trap 'kill "$demo" 2>/dev/null || true' INT TERM HUP
wait "$demo" && code=0 || code=$?
if kill -0 "$demo" 2>/dev/null; then
    wait "$demo" && code=0 || code=$?
fi
exit "$code"
