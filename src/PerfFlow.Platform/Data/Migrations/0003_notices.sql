-- Notices: what was written, who is to file and which number it carries.
-- Where a notice stands is never a column: it is its case (definition `notice`), opened with the draft.

-- 通知. The text is a draft until it is signed; after that these columns hold the text in force (the signed one or the
-- newest amendment), while signatures and amendments keep every version as it was.
create table platform.notices (
    id                  bigint generated always as identity primary key,
    region_id           int not null references platform.regions (id),
    case_id             bigint not null unique,
    version             int not null,                 -- moves with each change of the draft; signing guards it
    title               text not null,
    grounds             text not null,                -- 缘由, Markdown
    matters             text not null,                -- 事项, Markdown
    demands             text not null,                -- 要求, Markdown
    opens               text not null,                -- id of the definition that it opens for each target
    fiscal_year         int not null,
    period              text not null,
    due_on              date,                         -- as typed
    due_at              timestamptz,                  -- its end, moved off a rest day; counts from the signature on, moved by amendments
    mark_word           text not null,                -- 机关代字
    signer              text not null,                -- 署名
    contact             text not null,
    attachments         text not null,                -- [{id, name}] of documents kept by intake
    recipients          text not null,                -- {include: [...], exclude: [...], wholeUnit}
    ladder              text,                         -- {before: [...], after: [...]} where it differs from the region's
    units_may_add       boolean not null,
    performance_reviews boolean not null,
    created_by          bigint not null,
    created_at          timestamptz not null,
    changed_at          timestamptz not null
);
create index notices_region on platform.notices (region_id, fiscal_year, id);

-- 签发: what the leader signed, word for word. Comes with the act; its hash stands in the journal.
create table platform.notice_signatures (
    case_id     bigint not null,
    seq         int not null,
    n           int not null,
    notice_id   bigint not null,
    title       text not null,
    grounds     text not null,
    matters     text not null,
    demands     text not null,
    signer      text not null,
    contact     text not null,
    mark_word   text not null,
    due_at      timestamptz not null,
    freeze_id   uuid not null,                        -- the targets that this signature froze
    targets     int not null,
    targets_sha bytea not null,                       -- over (unit, department, section, object) in the order of ids
    primary key (case_id, seq, n)
);
comment on table platform.notice_signatures is 'append-only: rows come with acts, their hashes are in the journal';
create index notice_signatures_notice on platform.notice_signatures (notice_id);

-- Who is to file what. Written just before the signature that makes it count: rows whose freeze no signature (and no
-- added case) names are leftovers of a refused try. Department and section are those of that day.
create table platform.targets (
    id            bigint generated always as identity primary key,
    notice_id     bigint not null references platform.notices (id),
    freeze_id     uuid not null,
    unit_id       bigint not null,
    department_id bigint not null,
    section_id    bigint not null,
    object_id     bigint not null,                    -- a project; 0 = the whole unit
    added_by      bigint,                             -- the person who added it after the issue
    unique (notice_id, freeze_id, unit_id, object_id)
);

-- 发文字号. The counter row is locked while a number is given, so numbers have no gaps and no repeats.
create table platform.document_counters (
    region_id int not null,
    word      text not null,
    year      int not null,
    last      int not null,
    primary key (region_id, word, year)
);
create table platform.document_numbers (
    id        bigint generated always as identity primary key,
    region_id int not null,
    word      text not null,
    year      int not null,
    seq       int not null check (seq > 0),
    status    text not null check (status in ('issued', 'voided')),
    notice_id bigint references platform.notices (id),  -- null: given by hand for a paper outside the platform
    purpose   text not null,
    reason    text,                                     -- why it was voided
    given_at  timestamptz not null,
    given_by  bigint not null,
    voided_at timestamptz,
    voided_by bigint,
    command   uuid,                                     -- of a number given by hand
    unique (given_by, command),
    unique (region_id, word, year, seq),
    check ((status = 'voided') = (reason is not null))
);
create unique index document_numbers_notice on platform.document_numbers (notice_id) where status = 'issued';
create index document_numbers_of on platform.document_numbers (notice_id, id) where notice_id is not null;

-- 修改通知: every later version of the text and of the due day, with its reason.
create table platform.notice_amendments (
    notice_id bigint not null references platform.notices (id),
    number    int not null,                             -- 2, 3 …; the signed text is the first version
    title     text not null,
    grounds   text not null,
    matters   text not null,
    demands   text not null,
    contact   text not null,
    due_at    timestamptz not null,
    reason    text not null,
    at        timestamptz not null,
    by_id     bigint not null,
    command   uuid not null,                            -- asked again under the same id, nothing new is written
    primary key (notice_id, number)
);

-- 撤回通知: no more is asked; its open cases are voided.
create table platform.notice_recalls (
    notice_id bigint primary key references platform.notices (id),
    reason    text not null,
    at        timestamptz not null,
    by_id     bigint not null
);

-- 已读: the first time anybody of a unit saw a version of the text.
create table platform.notice_reads (
    notice_id bigint not null references platform.notices (id),
    unit_id   bigint not null,
    number    int not null,
    at        timestamptz not null,
    user_id   bigint not null,
    primary key (notice_id, unit_id, number)
);

-- 催办: who was urged when; a second time on one day only when forced.
create table platform.nudges (
    notice_id bigint not null references platform.notices (id),
    unit_id   bigint not null,
    day       date not null,
    n         int not null,                             -- of that day, from 1
    at        timestamptz not null,
    by_id     bigint not null,
    said      text not null,
    tasks     int not null,
    people    int not null,
    command   uuid not null,
    primary key (notice_id, unit_id, day, n)
);

-- 免报, 作废, 延期: why. Comes with the act.
create table platform.case_measures (
    case_id bigint not null,
    seq     int not null,
    n       int not null,
    kind    text not null,                              -- waive | void | extend
    reason  text not null,
    due_at  timestamptz,                                -- of an extension
    primary key (case_id, seq, n)
);
comment on table platform.case_measures is 'append-only: rows come with acts, their hashes are in the journal';

-- 签发意见, 退回意见: what was said with a step of a notice's own case.
create table platform.notice_opinions (
    case_id bigint not null,
    seq     int not null,
    n       int not null,
    outcome text not null,                              -- Submit | Sign | Return | Void
    text    text not null,
    primary key (case_id, seq, n)
);
comment on table platform.notice_opinions is 'append-only: rows come with acts, their hashes are in the journal';
