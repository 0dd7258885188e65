-- What Notifications reported: whether what was told left the house. The proof stays here when Notifications is away.
create table platform.deliveries (
    message_id   uuid not null,                     -- what was told
    recipient_id bigint not null,
    channel      text not null,                     -- Mail | Webhook
    kind         text not null,                     -- message type
    case_id      bigint,
    visit        int,
    state        text not null,                     -- Sent | Dead | Dropped
    attempts     int not null,
    repeated     boolean not null,                  -- the reader may have it twice
    at           timestamptz not null,              -- system time
    primary key (message_id, recipient_id, channel)
);
create index deliveries_case on platform.deliveries (case_id, visit) where case_id is not null;
