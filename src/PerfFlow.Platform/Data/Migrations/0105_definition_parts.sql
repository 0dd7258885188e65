-- A definition that runs others inside itself is compiled with them: a running case means something only in all these bytes. So the
-- rows that were taken when it was published are kept with it, each with its hash; a later version of one of them changes nothing
-- for cases of this one until somebody publishes a new version of it.
create table platform.definition_parts (
    definition  int not null,                       -- row of definitions
    part        int not null,                       -- row of definitions that runs inside it, directly or in another part
    source_hash bytea not null,                     -- SHA-256 of the part's file
    by_id       boolean not null,                   -- named by the id of the definition; false: only by the id of this version
    primary key (definition, part)
);
create index definition_parts_part on platform.definition_parts (part);
comment on table platform.definition_parts is 'append-only: which versions of other definitions a published one runs inside itself';
