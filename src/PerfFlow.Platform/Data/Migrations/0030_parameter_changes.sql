-- Every change of a setting with its reason; the region's journal holds the same change and the hash of the reason.
create table platform.parameter_changes (
    id         bigint generated always as identity primary key,
    region_id  int not null,
    year       int not null,                        -- 0 = all years
    key        text not null,
    before     text,                                -- null = what the wider scope or the default said
    after      text,                                -- null = reset to that
    reason     text not null,
    changed_at timestamptz not null,                -- business time
    changed_by bigint not null
);
create index parameter_changes_key on platform.parameter_changes (region_id, key, id);
