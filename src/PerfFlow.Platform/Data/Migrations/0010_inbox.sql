-- What the tabs of the inbox count among millions of open tasks. Each index holds only the rows that the tab asks for, so
-- ordinary acts do not write them.
create index tasks_returned on platform.tasks (organisation_id, role, due_at, case_id, visit) where returned;
create index tasks_region_returned on platform.tasks (region_id, due_at, case_id, visit) where returned;
create index rounds_again on platform.rounds (case_id) where round >= 2;
