-- 迁移: running cases that a person takes to another version of their definition. The acts are in the journals of the cases; these
-- rows say what was asked for and what became of each, so that any node can go on with it.
create table platform.definition_migrations (
    id              bigint generated always as identity primary key,
    region_id       int not null,
    definition_id   text not null,
    definition      int not null,                   -- row of definitions: whither
    renamed         text not null,                  -- JSON: activity id in the old version -> in the new one
    reason          text not null,
    started_at      timestamptz not null,           -- business time
    started_by      bigint not null,
    organisation_id bigint not null,                -- of the starter's post
    claimed_until   timestamptz,                    -- system time; a node works on it
    finished_at     timestamptz
);
create index definition_migrations_open on platform.definition_migrations (id) where finished_at is null;
create index definition_migrations_region on platform.definition_migrations (region_id, id);

create table platform.migrated_cases (
    migration_id    bigint not null,
    case_id         bigint not null,
    from_definition int not null,
    revision        int not null,                   -- as it was looked at: a case that moved since is refused
    result          text,                           -- null = not yet, '' = done, else the code of the refusal
    primary key (migration_id, case_id)
);
create index migrated_cases_open on platform.migrated_cases (migration_id, case_id) where result is null;
