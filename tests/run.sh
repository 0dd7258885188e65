#!/usr/bin/env bash
# usage: tests/run.sh
# Installs what is missing (PostgreSQL, Node, RabbitMQ, Chromium, fonts, an SMTP server, ClamAV), builds, runs every test, lists
# the skipped with their reasons and ends with "N passed, N failed" alone on the last line. Exit code 0: all passed;
# 3: something is missing and could not be installed, the line says what; anything else: a failure, or no test at all.
set -euo pipefail
clone=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=deploy/workplace.sh
. "$clone/deploy/workplace.sh"

require_dotnet "$clone"
"$clone/deploy/packages.sh" postgresql nodejs npm rabbitmq-server chromium fonts-noto-cjk python3-aiosmtpd clamav-daemon
enter_workplace "$clone"
echo "Building"
if ! dotnet build PerfFlow.sln --configuration Release --verbosity quiet; then
    echo "The build failed."
    echo "0 passed, 0 failed"
    exit 1
fi

# What tests leave in the temporary folder goes with the copy.
mkdir "$workplace/tmp"
export TMPDIR=$workplace/tmp
log=$workplace/tests.log
code=0
timeout --kill-after=30 3000 dotnet test --solution PerfFlow.sln --configuration Release --no-build --no-progress 2>&1 | tee "$log" || code=$?

# Pictures that tests have taken, for people; they belong to the owner of the clone.
if [ -d artifacts ] && mkdir -p "$clone/artifacts" 2>/dev/null; then
    { cp -r artifacts/. "$clone/artifacts/" && chown -R --reference="$clone" "$clone/artifacts"; } || true
fi

# From the last summary on: "  total: 12" and so on, over all test projects.
# Read to its end: a reader that stops early would end this script by SIGPIPE before it has said its last line.
count() {
    awk -v what="$1:" '/^Test run summary/ { n = "" } $1 == what { n = $2 } END { print n }' "$log"
}
passed=$(count succeeded) failed=$(count failed) skipped=$(count skipped)

echo
if [ "${skipped:-0}" -gt 0 ]; then
    echo "Skipped, with the reason:"
    grep -A1 '^ *skipped ' "$log" | grep -v '^--$' || true
fi
# Last and with what each test said: of a long log often only the end is kept.
if [ "${failed:-0}" -gt 0 ]; then
    echo "Failed:"
    awk '/^failed / { said = 0; within = 1 } !/^failed / && /^[^ ]/ { within = 0 } within && said++ < 60 { print substr($0, 1, 500) }' "$log"
fi
if [ $code -ne 0 ] && [ "${failed:-0}" -eq 0 ]; then
    echo "The test run ended with exit code $code without a failed test: it crashed, took over 50 minutes or found no test."
elif [ "${passed:-0}" -eq 0 ]; then
    echo "No test has run."
    code=1
fi
echo "${passed:-0} passed, ${failed:-0} failed"
exit $code
