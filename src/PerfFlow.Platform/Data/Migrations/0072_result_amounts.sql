-- 结果应用 (domain.md §3.10): one row per case of result-application, with the newest proposal and booking. The one source of
-- every list, export and report of results. Money (万元) is counted once per project (by its code,
-- whatever year found it) and target year: of several measures
-- 取消 comes before 核减, then 按比例扣减, 调减, 收回; of equal ones the larger, then the older. `counted` takes every proposal
-- that still stands, `counted_booked` only what is booked. 暂停拨付, 约谈 and 通报 take no money away and are never counted.
--   stage: proposing 建议中 · consulting 会商中 · approving 待审批 · booking 待入账 · booked 已入账 · rejected 已否决 · voided 作废
create view platform.result_amounts as
with newest as (
    select c.id as case_id, c.region_id, c.origin_id, c.unit_id, c.department_id, c.section_id, c.object_id, c.started_at, c.ended_at, pr.code,
        case
            when s.state = 'rejected' then 'rejected'
            when s.state in ('voided', 'cancelled', 'waived', 'faulted') then 'voided'
            when c.status = 1 then 'booked'
            when s.node = 'consult' then 'consulting'
            when s.node = 'approve' then 'approving'
            when s.node = 'book' then 'booking'
            else 'proposing'
        end as stage,
        s.due_at, p.fields as proposal, b.fields as booking
    from platform.cases c
    join platform.definitions d on d.id = c.definition and d.definition_id = 'result-application'
    join platform.case_states s on s.case_id = c.id
    join platform.projects pr on pr.id = c.object_id
    left join lateral (
        select r.form::jsonb -> 'fields' as fields from platform.rounds r
        where r.case_id = c.id and r.form_code = 'result-proposal' order by r.seq desc limit 1
    ) p on true
    left join lateral (
        select r.form::jsonb -> 'fields' as fields from platform.rounds r
        where r.case_id = c.id and r.form_code = 'result-booking' order by r.seq desc limit 1
    ) b on true
), typed as (
    select n.case_id, n.region_id, n.origin_id, n.unit_id, n.department_id, n.section_id, n.object_id, n.started_at, n.ended_at, n.stage, n.due_at, n.code,
        n.proposal ->> 'result.kind' as kind,
        (n.proposal ->> 'result.targetYear')::int as target_year,
        (n.proposal ->> 'result.before')::numeric as amount_before,
        (n.proposal ->> 'result.percent')::numeric as percent,
        (n.proposal ->> 'result.change')::numeric as change,
        (n.proposal ->> 'result.after')::numeric as amount_after,
        (n.booking ->> 'booking.amount')::numeric as booked,
        n.booking ->> 'booking.document' as document,
        (n.booking ->> 'booking.date')::date as booked_on,
        array_position(array['cancel', 'cut', 'ratio', 'reduce', 'recover'], n.proposal ->> 'result.kind') as rank
    from newest n
)
select t.case_id, t.region_id, t.origin_id, t.unit_id, t.department_id, t.section_id, t.object_id, t.started_at, t.ended_at, t.stage, t.due_at,
    t.kind, t.target_year, t.amount_before, t.percent, t.change, t.amount_after, t.booked, t.document, t.booked_on,
    case when t.rank is not null and t.stage not in ('rejected', 'voided') and 1 = row_number() over (
        partition by t.region_id, t.code, t.target_year, t.rank is not null and t.stage not in ('rejected', 'voided')
        order by t.rank, coalesce(t.booked, t.change) desc nulls last, t.case_id
    ) then coalesce(t.booked, t.change, 0) else 0 end as counted,
    case when t.rank is not null and t.stage = 'booked' and 1 = row_number() over (
        partition by t.region_id, t.code, t.target_year, t.rank is not null and t.stage = 'booked'
        order by t.rank, t.booked desc nulls last, t.case_id
    ) then coalesce(t.booked, 0) else 0 end as counted_booked
from typed t;
