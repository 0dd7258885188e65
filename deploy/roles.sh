#!/usr/bin/env bash
# usage: roles.sh   (as superuser of the server, by psql's own environment: PGHOST, PGUSER …)
# Makes the database "perfflow" and its four roles, or gives existing roles the passwords of the environment:
# OWNER_PASSWORD, PLATFORM_PASSWORD, INTAKE_PASSWORD, NOTIFICATIONS_PASSWORD (secrets.sh writes them to postgres.env).
# Rights inside the schemas are the business of "migrate". PostgreSQL's image runs this file when its volume is new.
set -euo pipefail
psql=(psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-${PGUSER:-postgres}}" --dbname postgres)

for role in owner platform intake notifications; do
    variable=${role^^}_PASSWORD
    : "${!variable:?is not set}"
done

# Passwords go by the environment into psql, never by the command line, which others can read.
"${psql[@]}" <<'SQL'
\getenv owner OWNER_PASSWORD
\getenv platform PLATFORM_PASSWORD
\getenv intake INTAKE_PASSWORD
\getenv notifications NOTIFICATIONS_PASSWORD
select format('create role %I login', name) from unnest(array['perfflow_owner', 'perfflow_platform', 'perfflow_intake', 'perfflow_notifications']) name
where not exists (select from pg_roles where rolname = name) \gexec
alter role perfflow_owner password :'owner';
alter role perfflow_platform password :'platform';
alter role perfflow_intake password :'intake';
alter role perfflow_notifications password :'notifications';
select 'create database perfflow owner perfflow_owner' where not exists (select from pg_database where datname = 'perfflow') \gexec
revoke all on database perfflow from public;
grant connect on database perfflow to perfflow_platform, perfflow_intake, perfflow_notifications;
SQL
