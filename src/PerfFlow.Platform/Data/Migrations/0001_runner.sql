-- The runner's tables. Compact from the first day: bigint keys, short lines, no column that can be asked of another.
-- Instants are timestamptz and always given by the caller; nothing here reads the database's clock.
-- The schema itself is made before the first migration (it holds the migration history).

-- A county's finance bureau. A demo opens a new generation of the same code; nothing of the old one is deleted.
create table platform.regions (
    id            int generated always as identity primary key,
    code          text not null,                    -- 6-digit division code
    generation    int not null,
    name          text not null,
    demo          boolean not null,
    shift         interval not null default '0',    -- business time = system time + shift; only a demo region may have one
    closed        boolean not null default false,
    bureau_id     bigint,                           -- the organisation that is its finance bureau
    mark_word     text not null default '',         -- usual 机关代字 of its notices
    unique (code, generation),
    check (demo or shift = '0')
);

-- Every version of a workflow definition that a case was ever started with.
create table platform.definitions (
    id            int generated always as identity primary key,
    definition_id text not null,
    version       int not null,
    source_hash   bytea not null,
    source        bytea not null,
    published_at  timestamptz not null,
    unique (definition_id, version)
);

create sequence platform.case_ids as bigint;

-- One case per (origin, unit, object). `state` is the engine's instance; head_* is the last line of its journal.
create table platform.cases (
    id            bigint primary key,
    definition    int not null,
    region_id     int not null,
    notice_id     bigint,                           -- origin: the notice …
    origin_id     bigint,                           -- … or the case that started it
    unit_id       bigint not null,
    department_id bigint not null,
    section_id    bigint not null,
    object_id     bigint not null default 0,        -- a project; 0 = the whole unit
    status        smallint not null,                -- InstanceStatus
    revision      int not null,
    head_seq      int not null,
    head_hash     bytea not null,
    state         bytea not null,
    started_at    timestamptz not null,
    ended_at      timestamptz
) with (fillfactor = 85);
create unique index cases_target on platform.cases (notice_id, unit_id, object_id) where notice_id is not null;
create index cases_origin on platform.cases (origin_id) where origin_id is not null;
create index cases_unit on platform.cases (unit_id, object_id);

-- Open tasks only; the inbox. A task belongs to (role, organisation), to a person only when reassigned.
create table platform.tasks (
    case_id         bigint not null,
    visit           int not null,
    region_id       int not null,
    notice_id       bigint,
    definition      int not null,
    unit_id         bigint not null,
    department_id   bigint not null,
    section_id      bigint not null,
    object_id       bigint not null,
    node            text not null,                  -- activity id of the human step
    kind            text not null,                  -- fill | review | act
    form            text not null,
    role            text not null,
    organisation_id bigint not null,
    person_id       bigint,
    returned        boolean not null,               -- entered by a return
    opened_by       int not null,                   -- visit whose completion opened it; 0 = the start
    visit_opened_at timestamptz not null,
    opened_at       timestamptz,                    -- first looked at by its holder; 撤回 ends here
    due_at          timestamptz,
    due_calendar    text,                           -- version of the calendar that gave due_at, null where it was given as a day
    rung            smallint,                       -- next rung of the ladder, null = none left
    next_rung_at    timestamptz,
    primary key (case_id, visit)
) with (fillfactor = 85);
create index tasks_holder on platform.tasks (organisation_id, role, due_at, case_id, visit);
create index tasks_person on platform.tasks (person_id, due_at, case_id, visit) where person_id is not null;
create index tasks_region on platform.tasks (region_id, due_at, case_id, visit);
create index tasks_notice on platform.tasks (notice_id, unit_id) where notice_id is not null;
create index tasks_rung on platform.tasks (next_rung_at) where next_rung_at is not null;

-- What falls due: the timers that the engine set, each belonging to a visit.
create table platform.timers (
    case_id   bigint not null,
    visit     int not null,
    name      text not null,
    region_id int not null,
    due_at    timestamptz not null,
    primary key (case_id, visit, name)
);
create index timers_due on platform.timers (due_at);

create table platform.waits (
    event       text not null,
    correlation text not null default '',
    case_id     bigint not null,
    visit       int not null,
    primary key (event, correlation, case_id, visit)
);
create index waits_case on platform.waits (case_id);

-- The audit trail. case_id < 0 is the stream of a region (acts without a case): -region_id.
-- `line` is stored as hashed: hash = SHA-256(previous hash || line). The columns beside it are for questions.
create table platform.journal (
    case_id         bigint not null,
    seq             int not null,
    line            bytea not null,
    hash            bytea not null,
    visit           int not null,
    node            text,
    act             text not null,
    outcome         text,
    role            text not null,
    organisation_id bigint not null,
    actor_id        bigint not null,                -- 0 = the platform itself
    at              timestamptz not null,           -- business time
    recorded_at     timestamptz not null,           -- system time
    visit_opened_at timestamptz,
    primary key (case_id, seq)
);
comment on table platform.journal is 'append-only: the audit trail';
create index journal_actor on platform.journal (actor_id, at);
create index journal_recorded on platform.journal using brin (recorded_at);

-- Head of each region's stream; a case keeps its own head.
create table platform.streams (
    id        bigint primary key,
    head_seq  int not null,
    head_hash bytea not null
);

create table platform.journal_days (
    day        date primary key,
    root       bytea not null,                      -- SHA-256(previous root || every head that moved that day, by id)
    heads      int not null,
    lines      bigint not null,
    sealed_at  timestamptz not null
);

comment on table platform.journal_days is 'append-only: daily roots of the audit trail';

-- An accepted command's answer, kept seven days of system time.
create table platform.commands (
    actor_id    bigint not null,
    id          uuid not null,
    content     bytea not null,                     -- SHA-256 of what was asked
    case_id     bigint not null,
    seq         int not null,
    revision    int not null,
    recorded_at timestamptz not null,
    primary key (actor_id, id)
);
create index commands_age on platform.commands (recorded_at);

-- The right to send a reminder: who inserts the row sends it.
create table platform.reminders (
    case_id bigint not null,
    visit   int not null,
    due_at  timestamptz not null,
    rung    smallint not null,
    at      timestamptz not null,
    message_id uuid not null,
    primary key (case_id, visit, due_at, rung)
);

create table platform.outbox (
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
create table platform.consumed (
    consumer   text not null,
    message_id uuid not null,
    at         timestamptz not null,
    primary key (consumer, message_id)
);
