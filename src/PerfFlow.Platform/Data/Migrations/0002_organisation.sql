-- Organisation, people, sign-in and the project library.
-- Instants are given by the caller; validity is [valid_from, valid_to), a date of the region's business calendar.

-- 组织: the bureau, its sections (科室), departments, their units, towns.
create table platform.organisations (
    id            bigint generated always as identity primary key,
    region_id     int not null references platform.regions (id),
    kind          text not null check (kind in ('bureau', 'section', 'department', 'unit', 'town')),
    code          text not null,                    -- hierarchical by three digits: 101, 101001, 101001001
    name          text not null,
    short_name    text not null,
    parent_id     bigint references platform.organisations (id),
    department_id bigint references platform.organisations (id),  -- a department or town: itself; a unit: the one above it
    valid_from    date not null,
    valid_to      date,
    check (valid_to is null or valid_to >= valid_from),
    check (kind <> 'unit' or department_id is not null),   -- a department's own id is known only after the insert
    check (kind in ('department', 'unit', 'town') or department_id is null)
);
create unique index organisations_code on platform.organisations (region_id, code) where valid_to is null;
create index organisations_parent on platform.organisations (parent_id);
create index organisations_department on platform.organisations (department_id);

-- 归口: which section of the bureau looks after a department, and when.
create table platform.section_mappings (
    id            bigint generated always as identity primary key,
    region_id     int not null,
    department_id bigint not null references platform.organisations (id),
    section_id    bigint not null references platform.organisations (id),
    valid_from    date not null,
    valid_to      date,
    check (valid_to is null or valid_to >= valid_from)
);
create unique index section_mappings_current on platform.section_mappings (department_id) where valid_to is null;
create index section_mappings_section on platform.section_mappings (section_id);

-- Accounts. A name is unique among the accounts in use: those of a closed demo generation are retired and free theirs.
create table platform.users (
    id                       bigint generated always as identity primary key,
    region_id                int not null references platform.regions (id),
    user_name                text not null,
    normalized_user_name     text not null,
    name                     text not null,
    email                    text,
    phone_number             text,
    language                 text not null default 'zh-CN',
    password_hash            text,
    security_stamp           text,
    concurrency_stamp        text,
    must_change_password     boolean not null,
    password_changed_at      timestamptz not null,
    start_password_ends_at   timestamptz,           -- a start password works until then, once
    two_factor_enabled       boolean not null default false,
    totp_secret              bytea,                 -- protected by the Data Protection keys
    totp_last_step           bigint not null default 0,
    demo                     boolean not null,
    disabled                 boolean not null default false,
    retired                  boolean not null default false,
    created_at               timestamptz not null,
    last_sign_in_at          timestamptz
);
create unique index users_name on platform.users (normalized_user_name) where not retired;
create index users_region on platform.users (region_id);

create table platform.password_history (
    user_id bigint not null references platform.users (id),
    at      timestamptz not null,
    hash    text not null,
    primary key (user_id, at)
);

create table platform.recovery_codes (
    user_id bigint not null references platform.users (id),
    hash    bytea not null,
    used_at timestamptz,
    primary key (user_id, hash)
);

-- A person holds a role at an organisation for a time; several at once are usual.
create table platform.memberships (
    id              bigint generated always as identity primary key,
    user_id         bigint not null references platform.users (id),
    organisation_id bigint not null references platform.organisations (id),
    role            text not null,
    valid_from      date not null,
    valid_to        date,
    check (valid_to is null or valid_to >= valid_from)
);
create index memberships_user on platform.memberships (user_id);
create index memberships_holder on platform.memberships (organisation_id, role);
create unique index memberships_current on platform.memberships (user_id, organisation_id, role) where valid_to is null;

create table platform.sessions (
    id               uuid primary key,
    user_id          bigint not null references platform.users (id),
    created_at       timestamptz not null,
    last_seen_at     timestamptz not null,
    ends_at          timestamptz not null,          -- absolute limit
    confirmed_at     timestamptz not null,          -- the password was last typed
    address          text not null,
    agent            text not null,
    ended_at         timestamptz,
    ended_why        text
);
create index sessions_user on platform.sessions (user_id) where ended_at is null;

create table platform.api_tokens (
    id           bigint generated always as identity primary key,
    user_id      bigint not null references platform.users (id),
    name         text not null,
    hash         bytea not null unique,
    hint         text not null,                     -- its first characters, to tell tokens apart
    created_at   timestamptz not null,
    ends_at      timestamptz not null,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
create index api_tokens_user on platform.api_tokens (user_id);

-- Failed sign-ins per (name as typed, where from). origin '' counts all of the account and only slows it down.
create table platform.sign_in_failures (
    account       bytea not null,                   -- SHA-256 of the normalised name, whether it exists or not
    origin        text not null,
    failures      int not null,
    last_at       timestamptz not null,             -- of the last one counted; a blocked attempt is not
    primary key (account, origin)
);
create index sign_in_failures_age on platform.sign_in_failures (last_at);

-- Who signed in, was refused, changed whose rights, looked at whose items. Append-only for the service.
create table platform.security_events (
    id        bigint generated always as identity primary key,
    at        timestamptz not null,                 -- system time
    kind      text not null,
    region_id int,
    user_id   bigint,                               -- whom it concerns
    actor_id  bigint,                               -- who did it
    account   text,                                 -- the name as typed, where no account is known
    address   text,
    detail    text
);
comment on table platform.security_events is 'append-only: the serving role may insert and read';
create index security_events_at on platform.security_events (at);
create index security_events_user on platform.security_events (user_id, at);

create table platform.data_protection_keys (
    id            int generated always as identity primary key,
    friendly_name text not null,
    xml           text not null
);

-- 项目库: one row per (fiscal year, project code). Money in 万元.
create table platform.projects (
    id             bigint generated always as identity primary key,
    region_id      int not null references platform.regions (id),
    fiscal_year    int not null,
    code           text not null check (length(code) = 21),
    level_one_code text,
    unit_id        bigint not null references platform.organisations (id),
    department_id  bigint not null references platform.organisations (id),
    section_id     bigint not null references platform.organisations (id),
    name           text not null,
    kind           text not null,
    fund_kind      text not null,
    initial        numeric(18, 6) not null,
    adjusted       numeric(18, 6) not null,
    paid           numeric(18, 6) not null default 0,
    paid_as_of     date,
    confidential   boolean not null default false,  -- 涉密: never searched, exported or published
    demo           boolean not null default false,
    changed_at     timestamptz not null,
    unique (region_id, fiscal_year, code)
);
create index projects_unit on platform.projects (unit_id, fiscal_year);
create index projects_department on platform.projects (department_id, fiscal_year);
create index projects_section on platform.projects (section_id, fiscal_year);
