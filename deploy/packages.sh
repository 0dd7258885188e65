#!/usr/bin/env bash
# usage: deploy/packages.sh <Debian package>...
# Installs those that are missing: as root itself, otherwise through "sudo -n". Where neither is possible, or the system
# is neither Debian nor Ubuntu, one line says what to install, and the exit code is 3.
# No service is started or enabled by it. Two calls at once are legal.
set -euo pipefail
export LC_ALL=C.UTF-8

# Looks for the thing and not for the package: it may have come another way.
present() {
    case $1 in
        postgresql) command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' || compgen -G '/usr/pgsql-*/bin/initdb' ;;
        nodejs) [ "$(node --version 2>/dev/null | sed 's/^v//; s/\..*//')" -ge 18 ] ;;
        npm) command -v npm ;;
        rabbitmq-server) [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] ;;
        chromium) [ -x /usr/bin/chromium ] ;;
        fonts-noto-cjk) compgen -G '/usr/share/fonts/*/noto*/NotoSansCJK*' ;;
        python3-aiosmtpd) /usr/bin/python3 -c 'import aiosmtpd' ;;
        clamav-daemon) command -v clamd || [ -x /usr/sbin/clamd ] ;;
        *) dpkg -s "$1" ;;
    esac >/dev/null 2>&1
}

# Ubuntu has Chromium as a snap only, which Playwright cannot drive; the tests that need it are skipped there.
obtainable() {
    [ "$1" != chromium ] || ! grep -qs '^ID=ubuntu' /etc/os-release
}

missing() {
    local package
    for package; do
        present "$package" || ! obtainable "$package" || echo "$package"
    done
}

give_up() {
    echo "$1" >&2
    exit 3
}

policy=/usr/sbin/policy-rc.d
kept=$policy.before-perfflow

# What dpkg asks before it starts a service; 101 means no. A file of ours is left over if an earlier run was killed.
hold_services_back() {
    let_services_go
    [ ! -e "$policy" ] || mv "$policy" "$kept"
    printf '#!/bin/sh\n# perfflow: no service starts while its packages are installed\nexit 101\n' >"$policy"
    chmod 755 "$policy"
}

let_services_go() {
    if grep -qs '^# perfflow:' "$policy"; then rm -f "$policy"; fi
    [ ! -e "$kept" ] || mv "$kept" "$policy"
}

# The links by which a service is started at boot, under systemd and under System V.
boot_links() {
    find /etc/systemd/system /etc/rc[2-5S].d -type l 2>/dev/null | sort
}

port_mappers() {
    grep -lsx epmd /proc/[0-9]*/comm | cut -d/ -f3 | sort
}

install_as_root() {
    local links daemons wanted link
    exec 9>/run/perfflow-packages.lock
    flock 9
    mapfile -t wanted < <(missing "$@")
    [ ${#wanted[@]} -gt 0 ] || return 0

    echo "Installing ${wanted[*]}" >&2
    links=$(boot_links) daemons=$(port_mappers || true)
    trap let_services_go EXIT
    trap 'exit 1' INT TERM HUP
    hold_services_back
    export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
    apt-get -qq -o DPkg::Lock::Timeout=300 update 9>&- >&2 </dev/null || true
    apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --yes --no-install-recommends "${wanted[@]}" 9>&- >&2 </dev/null ||
        give_up "apt-get could not install: ${wanted[*]}"

    # Debian's packages enable their services, whether or not they may start now.
    comm -13 <(echo "$links") <(boot_links) | while read -r link; do
        case $link in
            /etc/rc?.d/S??*) link=${link##*/}; update-rc.d "${link:3}" disable ;;
            *) rm -f "$link" ;;
        esac
    done >&2
    [ ! -d /run/systemd/system ] || systemctl daemon-reload
    # RabbitMQ's installation leaves Erlang's port mapper behind, listening on every address.
    comm -13 <(echo "$daemons") <(port_mappers) | while read -r daemon; do kill "$daemon"; done
}

mapfile -t absent < <(missing "$@")
[ ${#absent[@]} -gt 0 ] || exit 0
if ! command -v apt-get >/dev/null; then
    give_up "Missing: ${absent[*]} (names of Debian's packages). Install them with the means of this system, then run this again."
elif [ "$(id -u)" = 0 ]; then
    install_as_root "${absent[@]}"
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo -n bash "${BASH_SOURCE[0]}" "${absent[@]}"
else
    give_up "Missing: ${absent[*]}. Install them as root: apt-get install --no-install-recommends ${absent[*]}"
fi

mapfile -t absent < <(missing "$@")
[ ${#absent[@]} -eq 0 ] || give_up "Still missing after the installation: ${absent[*]}"
