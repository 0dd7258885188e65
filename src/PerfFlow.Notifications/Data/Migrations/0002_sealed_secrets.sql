-- The secrets of webhooks are encrypted with Data Protection keys of this service; the keys are rows, encrypted by a key
-- that is not in the database. Secrets that were stored open are sealed when the service starts.

create table notifications.data_protection_keys (
    id            int generated always as identity primary key,
    friendly_name text not null,
    xml           text not null
);

alter table notifications.webhooks
    alter column secret drop not null,
    add column sealed bytea,
    add check ((secret is null) <> (sealed is null));

-- Which generation a visit belongs to, so that a closed one can be removed; unknown for those heard of before.
alter table notifications.visits
    add column region_code text,
    add column generation int;
