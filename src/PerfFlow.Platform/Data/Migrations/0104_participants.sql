-- 会签 · 加签 · 委派: the seats of a step that several decide, each with order and state. Written by the runner with the act that
-- changes them; what is over stays. Every open seat is a task of its own.
create table platform.participants (
    case_id         bigint not null,
    step            int not null,                   -- the first visit of this stay at the step
    number          int not null,
    node            text not null,                  -- activity id of the step
    ord             int not null,                   -- lower ones first where they sign one after the other
    place           smallint not null,              -- 0 listed · 1 before · 2 after · 3 beside · 4 asked
    state           smallint not null,              -- 0 waiting · 1 open · 2 approved · 3 dissented · 4 replied · 5 removed · 6 superseded
    visit           int not null,                   -- open or last visit, 0 = none yet
    person_id       bigint,                         -- null = whoever holds the step's post
    role            text,                           -- the post they sign in, null = the step's own
    organisation_id bigint,
    weight          int not null,
    added_by        int not null,                   -- number of the seat that added it, 0 = nobody
    outcome         text,
    changed_at      timestamptz not null,
    primary key (case_id, step, number)
);

-- 抄送: to whom a case was shown. The row comes with the act, its hash is in the journal.
create table platform.copies (
    case_id   bigint not null,
    seq       int not null,
    n         int not null,
    visit     int not null,
    person_id bigint not null,
    text      text not null,
    at        timestamptz not null,
    primary key (case_id, seq, n)
);
create index copies_person on platform.copies (person_id, at desc);
comment on table platform.copies is 'append-only: rows come with acts, their hashes are in the journal';

-- Whom an act asked to sign or to answer, or asks no longer: the names that the trail tells.
create table platform.asked_people (
    case_id   bigint not null,
    seq       int not null,
    n         int not null,
    person_id bigint not null,
    place     text not null,                        -- Before | After | Beside | Asked | Removed
    primary key (case_id, seq, n)
);
comment on table platform.asked_people is 'append-only: rows come with acts, their hashes are in the journal';

-- A return to an earlier step (ReturnTo) is a return like a drawn one.
create or replace view platform.case_states as
select c.id as case_id, c.definition, c.region_id, c.notice_id, c.origin_id, c.unit_id, c.department_id, c.section_id, c.object_id,
    case c.status
        when 1 then coalesce((
            select case
                when l.outcome = 'Reject' then 'rejected'
                when l.role = 'FIN_LEADER' and l.node = 'leader' then 'not_rectified'
            end
            from platform.journal l where l.case_id = c.id and l.act = 'Complete' order by l.seq desc limit 1
        ), 'approved')
        when 2 then 'waived'
        when 3 then 'voided'
        when 4 then 'cancelled'
        when 5 then 'faulted'
        else case
            when t.role = 'FIN_BUDGET' then 'budget'
            when t.role = 'FIN_TREASURY' then 'treasury'
            when t.role = 'AGENCY' then 'agency'
            when t.kind = 'fill' and t.role like 'FIN%' then 'finance_fill'
            when t.kind = 'fill' and t.returned then 'returned'
            when t.kind = 'fill' and j.withdrawn > j.completed then 'withdrawn'
            when t.kind = 'fill' and t.role = 'DEPT' then 'department_fill'
            when t.kind = 'fill' and d.case_id is not null then 'draft'
            when t.kind = 'fill' then 'to_fill'
            when t.role = 'DEPT' then 'department'
            when t.role = 'FIN_SECTION' then 'section'
            when t.role = 'FIN_PERF' then 'performance'
            when t.role = 'FIN_LEADER' then 'leader'
            else 'open'
        end
    end as state,
    d.case_id is not null as drafting,
    t.visit, t.node, t.kind, t.role, t.organisation_id, t.person_id, t.visit_opened_at, t.opened_at, t.due_at,
    coalesce(j.rounds, 0) as rounds,
    coalesce(j.returns, 0) as returns,
    coalesce(j.finance_returns, 0) as finance_returns,
    j.first_submitted_at, j.last_submitted_at,
    coalesce(m.before_filing, n.due_at) as first_due_at,
    m.latest as extended_to,
    c.revision, c.started_at, c.ended_at
from platform.cases c
left join lateral (
    select * from platform.tasks t where t.case_id = c.id order by t.visit limit 1
) t on true
cross join lateral (
    select count(*) filter (where l.act = 'Complete' and l.outcome = 'Submit')::int as rounds,
        count(*) filter (where l.act in ('Complete', 'ReturnTo') and l.outcome like 'Return%')::int as returns,
        count(*) filter (where l.act in ('Complete', 'ReturnTo') and l.outcome like 'Return%' and l.role in ('FIN_SECTION', 'FIN_PERF'))::int as finance_returns,
        min(l.at) filter (where l.act = 'Complete' and l.outcome = 'Submit') as first_submitted_at,
        max(l.at) filter (where l.act = 'Complete' and l.outcome = 'Submit') as last_submitted_at,
        coalesce(max(l.seq) filter (where l.act = 'Withdraw'), 0) as withdrawn,
        coalesce(max(l.seq) filter (where l.act = 'Complete'), 0) as completed,
        min(l.seq) filter (where l.act = 'Complete' and l.outcome = 'Submit') as first_seq
    from platform.journal l where l.case_id = c.id
) j
cross join lateral (
    select max(e.due_at) as latest, max(e.due_at) filter (where j.first_seq is null or e.seq < j.first_seq) as before_filing
    from platform.case_measures e where e.case_id = c.id and e.kind = 'extend'
) m
left join platform.drafts d on d.case_id = c.id and d.visit = t.visit
left join platform.notices n on n.id = c.notice_id;
