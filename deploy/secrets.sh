#!/usr/bin/env bash
# usage: deploy/secrets.sh [--database HOST] [--broker HOST] FOLDER
# Draws the secrets of a split installation and writes one file of environment per service, mode 0600: postgres.env,
# rabbitmq.env, migrate.env, platform.env, intake.env, notifications.env. Each service gets its own database role and
# nothing of another's. The files are for "env_file" of compose and "EnvironmentFile" of systemd. FOLDER must not exist
# yet: nothing is drawn anew over an installation that runs.
set -euo pipefail
umask 077
database=127.0.0.1 broker=127.0.0.1
while [ $# -gt 1 ]; do
    case $1 in
        --database) database=$2 ;;
        --broker) broker=$2 ;;
        *) echo "usage: secrets.sh [--database HOST] [--broker HOST] FOLDER" >&2; exit 2 ;;
    esac
    shift 2
done
folder=${1:?usage: secrets.sh [--database HOST] [--broker HOST] FOLDER}
[ ! -e "$folder" ] || { echo "$folder exists: its secrets are in use. Choose another folder or move it away." >&2; exit 1; }
mkdir -p "$folder"

hex() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
key() { head -c 32 /dev/urandom | base64 -w 0; }
owner=$(hex) platform=$(hex) intake=$(hex) notifications=$(hex) rabbit=$(hex)
intake_tickets=$(key) notifications_tickets=$(key)
to() { echo "Host=$database;Database=perfflow;Username=perfflow_$1;Password=$2"; }
bus="ConnectionStrings__RabbitMq=amqp://perfflow:$rabbit@$broker:5672/"

cat >"$folder/postgres.env" <<FILE
POSTGRES_PASSWORD=$(hex)
OWNER_PASSWORD=$owner
PLATFORM_PASSWORD=$platform
INTAKE_PASSWORD=$intake
NOTIFICATIONS_PASSWORD=$notifications
FILE
cat >"$folder/rabbitmq.env" <<FILE
RABBITMQ_DEFAULT_USER=perfflow
RABBITMQ_DEFAULT_PASS=$rabbit
FILE
cat >"$folder/migrate.env" <<FILE
ConnectionStrings__Owner=$(to owner "$owner")
FILE
cat >"$folder/platform.env" <<FILE
ConnectionStrings__Platform=$(to platform "$platform")
$bus
Intake__TicketKey=$intake_tickets
Notifications__TicketKey=$notifications_tickets
PERFFLOW_KEY=$(key)
FILE
cat >"$folder/intake.env" <<FILE
ConnectionStrings__Intake=$(to intake "$intake")
$bus
Intake__TicketKey=$intake_tickets
FILE
cat >"$folder/notifications.env" <<FILE
ConnectionStrings__Notifications=$(to notifications "$notifications")
$bus
Notifications__TicketKey=$notifications_tickets
PERFFLOW_KEY=$(key)
FILE
echo "Written to $folder: keep it with the backup, away from the database's."
