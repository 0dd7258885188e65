-- What people are told, and how it reached them. Instants are timestamptz and always given by the caller.

-- The latest generation heard of; messages to an earlier one are dropped.
create table notifications.regions (
    code        text primary key,
    generation  int not null
);

-- Open visits that messages spoke of, and closed ones: a message that comes after the close is older and dropped.
create table notifications.visits (
    case_id  bigint not null,
    visit    int not null,
    revision int not null,                          -- highest heard of
    closed   boolean not null,
    primary key (case_id, visit)
);

-- How a person wants to be told; who has no row has the defaults of the settings.
create table notifications.people (
    user_id    bigint primary key,
    mail       boolean not null,
    digest     boolean not null,
    quiet_from time,
    quiet_to   time,
    check ((quiet_from is null) = (quiet_to is null))
);

create table notifications.webhooks (
    id          bigint generated always as identity primary key,
    region_code text not null,
    url         text not null,
    user_id     bigint,                             -- only messages to this person
    kinds       text[] not null,                    -- empty = all
    secret      bytea not null,
    created_at  timestamptz not null
);
create index webhooks_region on notifications.webhooks (region_code);

-- One message to one person, as the bell shows it. Written in the transaction that consumed the message.
create table notifications.items (
    id          bigint generated always as identity primary key,
    message_id  uuid not null,
    user_id     bigint not null,
    user_name   text not null,
    region_code text not null,
    generation  int not null,
    kind        text not null,
    case_id     bigint,
    visit       int,
    revision    int,
    due_at      timestamptz,
    rung        text,
    of_visit    boolean not null,                   -- falls with its visit
    closed      boolean not null default false,
    subject     text not null,
    body        text not null,
    path        text not null,
    at          timestamptz not null,               -- business time
    created_at  timestamptz not null,               -- system time
    read_at     timestamptz,
    unique (message_id, user_id)
);
-- The promise of the ladder: per visit, due instant and rung one item for each person, however often it is told.
create unique index items_rung on notifications.items (case_id, visit, due_at, rung, user_id) where rung is not null;
create index items_bell on notifications.items (user_id, id);
create index items_unread on notifications.items (user_id) where read_at is null and not closed;
create index items_case on notifications.items (case_id, visit) where case_id is not null;

-- One mail or one call: what an attempt sends. A digest carries several deliveries.
create table notifications.sendings (
    id            bigint generated always as identity primary key,
    channel       text not null,
    user_id       bigint not null,
    region_code   text not null,
    address       text not null,
    webhook_id    bigint,
    key           uuid not null,                    -- Message-ID, Idempotency-Key: the same for every attempt
    hour          bigint,                           -- hours since 1970; digests only
    state         text not null,
    attempts      int not null default 0,
    repeated      boolean not null default false,   -- an attempt was cut off and made again
    not_before    timestamptz not null,
    claimed_until timestamptz,
    last_error    text,
    changed_at    timestamptz not null
);
-- One digest per person and hour, whoever sends.
create unique index sendings_hour on notifications.sendings (user_id, hour) where hour is not null;
create index sendings_due on notifications.sendings (not_before) where state in ('Held', 'Sending');
create index sendings_dead on notifications.sendings (region_code, id) where state = 'Dead';

-- One item over one channel that leaves the house.
create table notifications.deliveries (
    id          bigint generated always as identity primary key,
    item_id     bigint not null references notifications.items,
    channel     text not null,
    user_id     bigint not null,
    region_code text not null,
    address     text not null,
    webhook_id  bigint,
    sending_id  bigint references notifications.sendings,
    state       text not null,
    digest      boolean not null,                   -- may share a mail with others
    not_before  timestamptz not null,
    attempts    int not null default 0,
    repeated    boolean not null default false,
    last_error  text,
    changed_at  timestamptz not null
);
create index deliveries_item on notifications.deliveries (item_id);
create index deliveries_sending on notifications.deliveries (sending_id);
create index deliveries_waiting on notifications.deliveries (not_before) where state = 'Held' and sending_id is null;

create table notifications.outbox (
    id            bigint generated always as identity primary key,
    message_id    uuid not null,
    type          text not null,
    body          text not null,
    created_at    timestamptz not null,
    claimed_until timestamptz,
    attempts      int not null default 0,
    last_error    text,
    dead          boolean not null default false
);
create table notifications.consumed (
    consumer   text not null,
    message_id uuid not null,
    at         timestamptz not null,
    primary key (consumer, message_id)
);
create index consumed_age on notifications.consumed (at);
