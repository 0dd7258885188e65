-- Workbooks that units sent in: what became of each. The bytes and what was read from them are Intake's.
create table platform.documents (
    id            uuid primary key,
    region_id     int not null,
    notice_id     bigint not null,
    unit_id       bigint not null,
    department_id bigint not null,
    section_id    bigint not null,
    user_id       bigint not null,
    name          text not null,                    -- as the user named it; for display only
    state         text not null,                    -- sent | taken | faulty | rejected
    file_id       uuid,
    sha256        text,
    drafts        int not null default 0,           -- drafts made of it
    problems      text not null default '[]',       -- JSON: what was wrong, of layout and of meaning
    sent_at       timestamptz not null,
    answered_at   timestamptz
);
create index documents_notice on platform.documents (notice_id, unit_id, sent_at);
create index documents_open on platform.documents (region_id) where state = 'sent';
