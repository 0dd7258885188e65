-- Where a case stands (domain.md §3.0, §3.3 to §3.10), for every definition of the chain. As 0005, and new:
--   department_fill 待部门填报 · finance_fill 财政办理中 (a section or the performance section has something to file: never 待填报
--   of the unit) · budget 待预算科 · treasury 待国库科 · agency 待第三方机构 · rejected 已否决 · not_rectified 整改不到位
-- A unit's or department's step reads 已撤回 if what was pulled back is the newest decision; before, a submission counted only.
-- The way a case ended is read from its last decision: 否决 by its outcome, 整改不到位 by the leader's step of a rectification.
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
        count(*) filter (where l.act = 'Complete' and l.outcome like 'Return%')::int as returns,
        count(*) filter (where l.act = 'Complete' and l.outcome like 'Return%' and l.role in ('FIN_SECTION', 'FIN_PERF'))::int as finance_returns,
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
