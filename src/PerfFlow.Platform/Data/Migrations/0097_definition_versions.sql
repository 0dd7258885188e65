-- A bureau publishes versions of its own. Rows without a region are the files shipped with the platform: every region starts
-- with them and stays on the newest until it publishes something else.
alter table platform.definitions add column region_id int;
alter table platform.definitions drop constraint definitions_definition_id_version_key;
create unique index definitions_version on platform.definitions (definition_id, version, coalesce(region_id, 0));
comment on table platform.definitions is 'append-only: what a case stores means something only in the bytes it started with';

-- Which version new cases of a region take: the last row counts. Going back to an earlier version is one more row.
create table platform.publications (
    id            bigint generated always as identity primary key,
    region_id     int not null,
    definition_id text not null,
    definition    int not null,                     -- row of definitions
    reason        text not null,
    published_at  timestamptz not null,             -- business time
    published_by  bigint not null
);
create index publications_newest on platform.publications (region_id, definition_id, id);
comment on table platform.publications is 'append-only: who let new cases take which version, and why';
