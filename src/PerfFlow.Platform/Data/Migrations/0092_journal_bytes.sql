-- Fewer bytes per act.

-- From now on a line no longer repeats its columns, and the hash goes over columns and line. Lines of before stay as they are:
-- they begin with a brace, new ones with the number of their format.
comment on column platform.journal.line is 'what the columns do not say; hashed with them';

-- 已办 is asked of people, the newest first; what the platform itself did is in no list. By the day a person has one entry with
-- many lines behind it, where each instant was an entry of its own; within the day the lines are few enough to be sorted.
create function platform.utc_day(instant timestamptz) returns date language sql immutable strict parallel safe
    return (instant at time zone 'UTC')::date;
drop index platform.journal_actor;
create index journal_actor on platform.journal (actor_id, platform.utc_day(at)) where actor_id > 0;

-- An answer is found by one key made of (actor, id), and forgotten by the day, for which the whole table is read once a day. Of
-- the content's hash one half is kept, and no revision: it is the same number as seq.
create table platform.answers_of_commands (
    key      uuid primary key,                      -- first half of SHA-256(actor, id)
    content  uuid not null,                         -- first half of the SHA-256 of what was asked
    case_id  bigint not null,
    seq      int not null,
    day      date not null                          -- of system time, UTC
);
insert into platform.answers_of_commands (key, content, case_id, seq, day)
select encode(substr(sha256(int8send(actor_id) || uuid_send(id)), 1, 16), 'hex')::uuid, encode(substr(content, 1, 16), 'hex')::uuid, case_id, seq,
    platform.utc_day(recorded_at)
from platform.commands;
drop table platform.commands;
alter table platform.answers_of_commands rename to commands;
alter index platform.answers_of_commands_pkey rename to commands_pkey;
