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
echo "Building" >&2
# Without the analyzers, which are for whoever changes the code.
dotnet build src/PerfFlow.Platform --configuration Release --verbosity quiet -p:RunAnalyzers=false >&2

# Two demonstrations may run side by side: without --port the second takes the next free one. Until the first listens,
# or has ended, it has the choice to itself.
listens() {
    (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}
port=() number=
case " $* " in
    *" --port"*) ;;
    *)
        exec 7<"$clone"
        flock 7
        for number in {5080..5099}; do
            listens "$number" || break
        done
        port=(--port "$number")
        ;;
esac

# In the background, so that a signal reaches the trap, and from there the demonstration, at once.
dotnet run --project src/PerfFlow.Platform --configuration Release --no-build -- demo qingtian "${port[@]}" "$@" 7<&- &
demo=$!
trap 'kill "$demo" 2>/dev/null || true' INT TERM HUP
if [ -n "$number" ]; then
    while kill -0 "$demo" 2>/dev/null && ! listens "$number"; do sleep 0.2; done
    exec 7<&-
fi
# A signal ends the first wait; the demonstration's own exit code comes from the second.
code=0
wait "$demo" || code=$?
if kill -0 "$demo" 2>/dev/null; then
    code=0
    wait "$demo" || code=$?
fi
exit "$code"
