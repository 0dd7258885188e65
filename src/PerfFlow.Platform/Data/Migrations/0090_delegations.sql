-- 代理: while somebody is away, a colleague of the same post decides what is reserved for the absent one.
create table platform.delegations (
    id              bigint generated always as identity primary key,
    version         int not null default 1,         -- guard of every act done on somebody's behalf
    region_id       int not null,
    person_id       bigint not null,                -- who is away
    deputy_id       bigint not null,
    role            text not null,                  -- the post that both hold
    organisation_id bigint not null,
    from_day        date not null,
    to_day          date not null,                  -- the last day
    reason          text not null,
    made_at         timestamptz not null,
    ended_at        timestamptz,                    -- ended early; else it ends by itself after to_day
    check (person_id <> deputy_id and from_day <= to_day)
);
create index delegations_post on platform.delegations (organisation_id, role, to_day) where ended_at is null;
create index delegations_person on platform.delegations (person_id, from_day);
create index delegations_deputy on platform.delegations (deputy_id, from_day);

-- Acts done by a deputy: the journal line names who acted, this row for whom.
create table platform.deputy_acts (
    case_id    bigint not null,
    seq        int not null,
    n          int not null,
    person_id  bigint not null,                     -- on whose behalf
    delegation bigint not null,
    primary key (case_id, seq, n)
);
comment on table platform.deputy_acts is 'append-only: rows come with acts, their hashes are in the journal';
