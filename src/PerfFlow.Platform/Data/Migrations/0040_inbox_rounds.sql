-- The round of a task stands in its row, so that no list or count has to look it up case by case. The runner sets it when
-- the task opens, from the rounds that the case has had; those stand beside the state that it reads and writes anyway.
alter table platform.cases add column rounds int not null default 0;    -- rounds that were filed, withdrawn ones included
alter table platform.tasks add column round int not null default 0;     -- the round in hand: of a fill step the one being written

update platform.cases c set rounds = r.rounds
from (select case_id, max(round) as rounds from platform.rounds group by case_id) r where r.case_id = c.id;
update platform.tasks t set round = coalesce((select c.rounds from platform.cases c where c.id = t.case_id), 0) + (t.kind = 'fill')::int
where t.kind = 'fill' or exists (select 1 from platform.cases c where c.id = t.case_id and c.rounds > 0);

-- A holder's list never shows what was handed to a person (tasks_person has that), so its indexes leave it out: a count then
-- reads the index alone.
drop index platform.tasks_holder;
create index tasks_holder on platform.tasks (organisation_id, role, due_at, case_id, visit) where person_id is null;
drop index platform.tasks_returned;
create index tasks_returned on platform.tasks (organisation_id, role, due_at, case_id, visit) where returned and person_id is null;

-- 到达: the other order that a holder's list is read in.
create index tasks_arrived on platform.tasks (organisation_id, role, visit_opened_at, case_id, visit) where person_id is null;

-- Ordinary tasks are of the first round and write none of these.
drop index platform.rounds_again;
create index tasks_again on platform.tasks (organisation_id, role, due_at, case_id, visit) include (kind, round) where round >= 2 and person_id is null;
create index tasks_third on platform.tasks (organisation_id, role, due_at, case_id, visit) where round >= 3 and person_id is null;
create index tasks_region_again on platform.tasks (region_id, due_at, case_id, visit) include (kind, round) where round >= 2;
create index tasks_region_third on platform.tasks (region_id, due_at, case_id, visit) where round >= 3;
