-- 问题整改 (domain.md §3.9, §4.8). An order is a case of its own whose origin found the problems. What was ordered comes with
-- its start, what was said of each line with the deciding act; where a line stands is its newest verdict.
create table platform.rectification_orders (
    case_id   bigint not null,
    seq       int not null,
    n         int not null,
    origin_id bigint not null,
    attempt   int not null,                         -- 1, or one more than the orders of the same origin that were voided
    source    text not null,                        -- definition of the origin: monitoring, spot-check …
    number    text not null,                        -- 通知文号; empty where none was given
    due_at    timestamptz not null,                 -- as first ordered
    primary key (case_id, seq, n)
);
comment on table platform.rectification_orders is 'append-only: rows come with acts, their hashes are in the journal';
-- Two people ordering at once make one order.
create unique index rectification_orders_origin on platform.rectification_orders (origin_id, attempt);

create table platform.problems (
    case_id     bigint not null,
    seq         int not null,
    n           int not null,
    number      int not null,                       -- counted per order from 1
    text        text not null,
    demand      text not null,                      -- 整改要求; may be empty
    origin_form text,                               -- the form of the origin that named it; null = written with the order
    primary key (case_id, seq, n)
);
comment on table platform.problems is 'append-only: rows come with acts, their hashes are in the journal';

create table platform.line_verdicts (
    case_id bigint not null,
    seq     int not null,
    n       int not null,
    round   int not null,
    number  int not null,                           -- the problem's
    verdict text not null,                          -- closed | returned
    reason  text not null,                          -- of a returned line; empty for a closed one
    primary key (case_id, seq, n)
);
comment on table platform.line_verdicts is 'append-only: rows come with acts, their hashes are in the journal';

-- 待下达: ended cases that found something (需整改, or problems listed in a form) and have led to no order that still stands.
create view platform.rectification_origins as
select c.id as case_id, c.region_id, c.unit_id, c.department_id, c.section_id, c.object_id, d.definition_id as source, c.ended_at
from platform.cases c
join platform.definitions d on d.id = c.definition
where c.status = 1 and c.object_id <> 0
    and d.definition_id in ('monitoring', 'self-evaluation', 'department-evaluation', 'spot-check', 'finance-evaluation')
    and (
        exists (select from platform.rounds r where r.case_id = c.id and r.form like '%"problems[%')
        or 'Rectify' = (select l.outcome from platform.journal l where l.case_id = c.id and l.act = 'Complete' order by l.seq desc limit 1)
    )
    and not exists (
        select from platform.cases x
        join platform.rectification_orders o on o.case_id = x.id
        where x.origin_id = c.id and x.status in (0, 1)
    );
