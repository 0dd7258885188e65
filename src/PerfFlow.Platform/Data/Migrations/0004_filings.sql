-- What units wrote and what reviewers said. Never where a case stands: that is SQL over cases, tasks and journal.

-- A draft belongs to (case, visit), is saved without the engine and dies with the visit.
create table platform.drafts (
    id        bigint generated always as identity primary key,
    case_id   bigint not null,
    visit     int not null,
    region_id int not null,
    form      text not null,                        -- canonical JSON of the form
    answers   text not null default '{}',           -- to the comments of earlier rounds: {"seq.n": {"kind", "text"}}
    source    text not null,                        -- page | workbook
    file_id   uuid,                                 -- the workbook it was read from
    version   int not null,
    saved_at  timestamptz not null,
    saved_by  bigint not null,
    unique (case_id, visit)
);

-- A round is an accepted submission, numbered per case, never changed; a withdrawn one stays, marked by the journal.
create table platform.rounds (
    case_id   bigint not null,
    seq       int not null,
    n         int not null,
    round     int not null,
    visit     int not null,
    form      text not null,                        -- canonical JSON; its bytes are what the hash is of
    sha256    bytea not null,
    rule_set  text not null,                        -- version of the checks that it passed
    source    text not null,
    file_id   uuid,
    filled_by bigint not null,
    due_at    timestamptz not null,                 -- of the visit that it answers
    late_days int not null,                         -- CQ01: working days after the due date; 0 = in time
    primary key (case_id, seq, n)
);
comment on table platform.rounds is 'append-only: rows come with acts, their hashes are in the journal';
create unique index rounds_number on platform.rounds (case_id, round);

-- A reviewer's opinion with an approval: text, and the rating of a goal review where one was given.
create table platform.opinions (
    case_id bigint not null,
    seq     int not null,
    n       int not null,
    visit   int not null,
    round   int not null,
    text    text not null,
    rating  text,                                   -- index of the region's grade labels, 0 = best
    primary key (case_id, seq, n)
);
comment on table platform.opinions is 'append-only: rows come with acts, their hashes are in the journal';

-- A return: reasons by code, the text, to whom, and by when.
create table platform.returns (
    case_id bigint not null,
    seq     int not null,
    n       int not null,
    visit   int not null,
    round   int not null,
    reasons text not null,                          -- codes, comma between
    text    text not null,
    target  text not null,                          -- node it went back to
    due_at  timestamptz not null,
    primary key (case_id, seq, n)
);
comment on table platform.returns is 'append-only: rows come with acts, their hashes are in the journal';

-- A comment on one place of the form; answered one by one.
create table platform.comments (
    case_id bigint not null,
    seq     int not null,
    n       int not null,
    round   int not null,
    number  int not null,                           -- as shown in the form and the list, counted per case
    place   text not null,                          -- field path or row
    code    text,                                   -- check or return reason
    text    text not null,
    primary key (case_id, seq, n)
);
comment on table platform.comments is 'append-only: rows come with acts, their hashes are in the journal';

create table platform.answers (
    case_id bigint not null,
    seq     int not null,
    n       int not null,
    round   int not null,
    number  int not null,                           -- the comment's
    kind    text not null,                          -- changed | explained | disputed
    text    text not null,
    primary key (case_id, seq, n)
);
comment on table platform.answers is 'append-only: rows come with acts, their hashes are in the journal';

-- Why an act that is no decision was done: withdrawal, reopening, waiving, extension, reassignment.
create table platform.act_reasons (
    case_id bigint not null,
    seq     int not null,
    n       int not null,
    act     text not null,
    text    text not null,
    primary key (case_id, seq, n)
);
comment on table platform.act_reasons is 'append-only: rows come with acts, their hashes are in the journal';

-- What a reviewer has typed before deciding; dies with the visit.
create table platform.review_drafts (
    id       bigint generated always as identity primary key,
    case_id  bigint not null,
    visit    int not null,
    user_id  bigint not null,
    body     text not null,                         -- JSON: opinion, comments
    version  int not null,
    saved_at timestamptz not null,
    unique (case_id, visit, user_id)
);

-- The round a reader last saw of a case: the default view is "since my last look".
create table platform.last_looks (
    case_id bigint not null,
    user_id bigint not null,
    round   int not null,
    at      timestamptz not null,
    primary key (case_id, user_id)
);

-- Settings of a region: a row of a year wins over the row for all years (year 0).
create table platform.parameters (
    region_id  int not null,
    year       int not null,
    key        text not null,
    value      text not null,
    changed_at timestamptz not null,
    changed_by bigint not null,
    primary key (region_id, year, key)
);
