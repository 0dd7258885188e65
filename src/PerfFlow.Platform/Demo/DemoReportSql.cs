namespace PerfFlow.Platform.Demo;

public sealed partial record DemoReport
{
    // $1 region, $2 the status of an ended case.
    private const string Sql =
        """
        with round as (
            select c.* from platform.cases c
            where c.region_id = $1 and c.notice_id = (select min(id) from platform.notices where region_id = $1 and opens = 'goal-filing')
        ), ended as (
            select c.id, c.object_id, c.department_id, d.definition_id, p.adjusted from platform.cases c
            join platform.definitions d on d.id = c.definition
            join platform.projects p on p.id = c.object_id
            where c.region_id = $1 and c.status = $2
        ), objects as (
            -- amounts are summed over distinct projects
            select distinct definition_id, object_id, department_id, adjusted from ended
        ), newest as (
            select distinct on (r.case_id, r.form_code) r.case_id, r.form_code, r.form::jsonb -> 'fields' as fields from platform.rounds r
            join ended e on e.id = r.case_id where r.form_code in ('finance-evaluation', 'monitoring') order by r.case_id, r.form_code, r.seq desc
        ), ordered as (
            select s.case_id, s.state, s.rounds from platform.rectification_orders o join platform.case_states s on s.case_id = o.case_id
            where s.region_id = $1 and s.state not in ('voided', 'cancelled')
        ), booked as (
            select * from platform.result_amounts where region_id = $1 and stage = 'booked'
        )
        select
            (select count(distinct department_id) from round),
            -- 退回单位数: units with at least one return by finance (domain.md §3.0)
            (select count(distinct r.unit_id) from round r join platform.journal j on j.case_id = r.id
                where j.act = 'Complete' and j.outcome like 'Return%' and j.role like 'FIN%'),
            (select count(*) from round r where r.status = $2
                and (select j.outcome from platform.journal j where j.case_id = r.id order by j.seq desc limit 1) = 'Approve'),
            (select count(distinct r.id) from round r join platform.rounds s on s.case_id = r.id where s.source = 'workbook'),
            (select count(*) from platform.reminders m join platform.cases c on c.id = m.case_id where c.region_id = $1),
            (select coalesce(sum(n - 1), 0)::bigint from (
                select count(*) n from notifications.items i join platform.cases c on c.id = i.case_id
                where c.region_id = $1 and i.rung is not null group by i.case_id, i.visit, i.due_at, i.rung, i.user_id) d),
            (select count(*) from platform.tasks t where t.region_id = $1 and t.object_id <> 0),
            (select count(*) from objects where definition_id = 'department-evaluation'),
            (select coalesce(trim_scale(sum(adjusted)), 0) from objects where definition_id = 'department-evaluation'),
            (select count(*) from objects where definition_id = 'spot-check'),
            (select count(distinct department_id) from objects where definition_id = 'spot-check'),
            (select coalesce(trim_scale(sum(adjusted)), 0) from objects where definition_id = 'spot-check'),
            (select count(*) from objects where definition_id = 'finance-evaluation'),
            (select coalesce(trim_scale(sum((fields ->> 'finance.amount')::numeric)), 0) from newest where form_code = 'finance-evaluation'),
            (select count(*) from newest where form_code = 'finance-evaluation' and fields ->> 'appraisal.grade' = '良'),
            (select count(*) from newest where form_code = 'monitoring' and fields ->> 'monitor.kind' = 'key'),
            (select count(*) from ordered),
            (select count(*) from ordered where rounds > 0),
            (select count(*) from ordered where state = 'approved'),
            (select coalesce(trim_scale(sum(counted_booked)), 0) from booked where kind = 'recover'),
            (select count(*) from booked where kind = 'ratio' and percent = 10),
            (select count(*) from booked where kind = 'cancel')
        """;
}
