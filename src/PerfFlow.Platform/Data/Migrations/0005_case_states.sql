-- Where a case stands (domain.md §3.0). One view for every list, count, export and report:
--   to_fill 待填报 · draft 草稿 · returned 被退回 · withdrawn 已撤回 · department 待部门审核 · section 待归口科室审核 ·
--   performance 待绩效科复核 · leader 待局领导审签 · open (another step) · approved 终审通过 · waived 免报 · voided 作废 ·
--   cancelled · faulted
-- A return outlives the draft that mends it: whoever sent it back sees 被退回 until it is filed again (`drafting` tells).
-- Lateness needs the reader's now: late = coalesce(first_submitted_at, now) > first_due_at. Nothing here asks the clock.
create view platform.case_states as
select c.id as case_id, c.definition, c.region_id, c.notice_id, c.origin_id, c.unit_id, c.department_id, c.section_id, c.object_id,
    case c.status
        when 1 then 'approved'
        when 2 then 'waived'
        when 3 then 'voided'
        when 4 then 'cancelled'
        when 5 then 'faulted'
        else case
            when t.kind = 'fill' and t.returned then 'returned'
            when t.kind = 'fill' and j.withdrawn > j.submitted then 'withdrawn'
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
        coalesce(max(l.seq) filter (where l.outcome = 'Submit'), 0) as submitted,
        min(l.seq) filter (where l.act = 'Complete' and l.outcome = 'Submit') as first_seq
    from platform.journal l where l.case_id = c.id
) j
cross join lateral (
    select max(e.due_at) as latest, max(e.due_at) filter (where j.first_seq is null or e.seq < j.first_seq) as before_filing
    from platform.case_measures e where e.case_id = c.id and e.kind = 'extend'
) m
left join platform.drafts d on d.case_id = c.id and d.visit = t.visit
left join platform.notices n on n.id = c.notice_id;

-- Where a notice stands, over its own case:
--   draft 起草 · returned 退回修改 · signing 待签发 · signed 已签发待下发 · issued 已下发 · closed 已办结 · recalled 已撤回 ·
--   discarded 已作废 · faulted
create view platform.notice_states as
select n.id as notice_id, n.region_id, n.case_id,
    case
        when r.notice_id is not null then 'recalled'
        when c.status = 1 then 'closed'
        when c.status in (2, 3, 4) then 'discarded'
        when c.status = 5 then 'faulted'
        when j.issued_at is not null then 'issued'
        when t.kind = 'review' then 'signing'
        when t.kind = 'fill' and t.returned then 'returned'
        when t.kind = 'fill' then 'draft'
        else 'signed'
    end as stage,
    t.visit,
    case when t.kind is distinct from 'fill' and t.kind is distinct from 'review' then j.signed_at end as signed_at,
    j.issued_at,
    r.at as recalled_at,
    d.word, d.year, d.seq,
    1 + (select count(*) from platform.notice_amendments a where a.notice_id = n.id)::int as text_number
from platform.notices n
join platform.cases c on c.id = n.case_id
left join platform.notice_recalls r on r.notice_id = n.id
left join lateral (
    select t.visit, t.kind, t.returned from platform.tasks t where t.case_id = n.case_id order by t.visit limit 1
) t on true
cross join lateral (
    select max(l.at) filter (where l.outcome = 'Approve') as signed_at, max(l.at) filter (where l.outcome = 'Issue') as issued_at
    from platform.journal l where l.case_id = n.case_id and l.act = 'Complete'
) j
left join lateral (
    select d.word, d.year, d.seq from platform.document_numbers d where d.notice_id = n.id order by d.id desc limit 1
) d on true;
