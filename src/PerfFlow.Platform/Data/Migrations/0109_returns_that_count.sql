-- A return counts where it sent the case back: not a voice against (票签) beside which the step went on, not one that was taken
-- back (取回) before anybody had acted on it. Role by role and otherwise as before.
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
        count(*) filter (where l.sent_back)::int as returns,
        count(*) filter (where l.sent_back and l.role in ('FIN_SECTION', 'FIN_PERF'))::int as finance_returns,
        min(l.at) filter (where l.act = 'Complete' and l.outcome = 'Submit') as first_submitted_at,
        max(l.at) filter (where l.act = 'Complete' and l.outcome = 'Submit') as last_submitted_at,
        coalesce(max(l.seq) filter (where l.act = 'Withdraw'), 0) as withdrawn,
        coalesce(max(l.seq) filter (where l.act = 'Complete'), 0) as completed,
        min(l.seq) filter (where l.act = 'Complete' and l.outcome = 'Submit') as first_seq
    from (
        select o.*, case
            when o.act not in ('Complete', 'ReturnTo') or o.outcome is null or o.outcome not like 'Return%' then false
            when exists (select from platform.journal b where b.case_id = o.case_id and b.act = 'TakeBack' and b.visit = o.visit and b.seq > o.seq) then false
            else not exists (
                select from platform.participants s
                join platform.participants other on other.case_id = s.case_id and other.step = s.step and other.number <> s.number
                where s.case_id = o.case_id and s.visit = o.visit and s.state = 3 and (
                    other.state in (0, 1)
                    or exists (select from platform.journal d where d.case_id = o.case_id and d.act = 'Complete' and d.visit = other.visit and d.seq > o.seq)))
        end as sent_back
        from platform.journal o where o.case_id = c.id
    ) l
) j
cross join lateral (
    select max(e.due_at) as latest, max(e.due_at) filter (where j.first_seq is null or e.seq < j.first_seq) as before_filing
    from platform.case_measures e where e.case_id = c.id and e.kind = 'extend'
) m
left join platform.drafts d on d.case_id = c.id and d.visit = t.visit
left join platform.notices n on n.id = c.notice_id;
