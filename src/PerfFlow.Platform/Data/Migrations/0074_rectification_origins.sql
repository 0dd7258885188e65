-- 待下达: ended cases that found something and have led to no order that still stands. Of a monitoring it is the bureau's
-- conclusion 需整改 that counts; of an evaluation the problems that its last form with such a list still has: what an earlier
-- form named and the final one dropped is not to be rectified. A test holds the forms equal to those of the code.
create or replace view platform.rectification_origins as
select c.id as case_id, c.region_id, c.unit_id, c.department_id, c.section_id, c.object_id, d.definition_id as source, c.ended_at
from platform.cases c
join platform.definitions d on d.id = c.definition
where c.status = 1 and c.object_id <> 0
    and d.definition_id in ('monitoring', 'self-evaluation', 'department-evaluation', 'spot-check', 'finance-evaluation')
    and (
        (d.definition_id <> 'monitoring' and (
            select r.form like '%"problems[%' from platform.rounds r
            where r.case_id = c.id
                and r.form_code in ('department-evaluation', 'finance-evaluation-draft', 'finance-evaluation', 'spot-check-score', 'spot-check-settlement')
            order by r.seq desc limit 1
        ))
        or 'Rectify' = (select l.outcome from platform.journal l where l.case_id = c.id and l.act = 'Complete' order by l.seq desc limit 1)
    )
    and not exists (
        select from platform.cases x
        join platform.rectification_orders o on o.case_id = x.id
        where x.origin_id = c.id and x.status in (0, 1)
    );
