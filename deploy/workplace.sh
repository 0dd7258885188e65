# shellcheck shell=bash
# Sourced by deploy/local.sh and tests/run.sh. Both build a copy of the clone in a folder of their own, which goes at the
# end: so two may run at once, a change to the clone does not pull the ground from under a run, and root leaves nothing
# of root's in a clone that belongs to somebody else.

# Says what is missing and exits with 3 unless the .NET SDK that global.json asks for is there.
require_dotnet() {
    if ! (cd "$1" && dotnet --version) >/dev/null 2>&1; then
        echo "Missing: the .NET SDK of global.json ($(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$1/global.json") or newer). Install it from https://dotnet.microsoft.com/download" >&2
        exit 3
    fi
}

# Copies the clone, changes to the copy and sets $workplace.
enter_workplace() {
    local clone=$1 base=${TMPDIR:-/tmp} old
    # Those of killed runs; a living one holds the lock on its folder.
    find "$base" -maxdepth 1 -name 'perfflow-build.*' -uid "$(id -u)" -mmin +1 2>/dev/null | while read -r old; do
        flock --nonblock "$old" rm -rf "$old" || true
    done
    umask 022
    workplace=$(mktemp -d "$base/perfflow-build.XXXXXX")
    # Under root the tests' PostgreSQL runs as user postgres, who has to pass through.
    chmod 711 "$workplace"
    exec 8<"$workplace"
    flock --shared 8
    trap 'rm -rf "$workplace"' EXIT
    trap 'exit 130' INT TERM HUP
    tar -C "$clone" --exclude=.git --exclude=bin --exclude=obj --exclude=node_modules --exclude=artifacts \
        --exclude=./src/PerfFlow.Platform/wwwroot/lib -cf - . | tar -C "$workplace" --no-same-owner -xf -
    cd "$workplace" || exit 1

    # Nothing that outlives the run: no build server, no compiler server, no waiting MSBuild node.
    export DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en MASSTRANSIT_USAGE_TELEMETRY=false
    # The packages that the lock files name, or none.
    export RestoreLockedMode=true
}
