-- Files, documents and what was read out of them. The bytes lie outside the database, under their SHA-256.
-- Ids are given by the Platform's tickets, so that a repeated upload meets its first row. Instants are given by the caller.

-- A stored file and whom it belongs to. One content may have many rows: each unit has its own.
create table intake.files (
    id          uuid primary key,
    region      text not null,             -- division code …
    generation  int not null,              -- … and generation of the demo
    unit        bigint,                    -- null while it lies in the drop folder
    notice      bigint,
    uploader    bigint,
    name        text not null,             -- as the user called it; for display only
    kind        text not null,             -- what the content is
    sha256      text not null check (length(sha256) = 64),
    size        bigint not null,
    stored_at   timestamptz not null
);
create index files_content on intake.files (sha256);

-- One attempt to read a file by a layout. A rejected file is not kept: its document has no file.
create table intake.documents (
    id            uuid primary key,
    file_id       uuid references intake.files (id),
    region        text not null,
    generation    int not null,
    unit          bigint,
    notice        bigint,
    uploader      bigint,
    name          text not null,
    kind          text not null,
    sha256        text not null,
    size          bigint not null,
    layout        text not null,
    state         text not null check (state in ('Accepted', 'Faulty', 'Rejected')),
    duplicate_of  uuid references intake.documents (id),
    faults        text not null,           -- JSON: place, value, code, arguments
    fault_count   int not null,
    parsed        text,                    -- JSON of the typed values; null when rejected
    received_at   timestamptz not null,
    check ((state = 'Rejected') = (parsed is null))
);
create index documents_same on intake.documents (region, generation, unit, notice, sha256, received_at);

-- Files that other systems put into the drop folder, until a clerk of the unit takes them.
create table intake.drops (
    id          uuid primary key,
    region      text not null,
    unit_code   text not null,
    name        text not null,
    sha256      text not null,
    size        bigint not null,
    dropped_at  timestamptz not null,
    taken_at    timestamptz,
    taken_by    bigint
);
create index drops_waiting on intake.drops (region, unit_code) where taken_at is null;

-- Messages on their way to the other services, and those of others that had their effect here.
create table intake.outbox (
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

create table intake.consumed (
    consumer   text not null,
    message_id uuid not null,
    at         timestamptz not null,
    primary key (consumer, message_id)
);
