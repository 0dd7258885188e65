-- A reviewer's notes die with their visit (design.md §6), whoever closes it: a process killed between the act and the
-- clearing left them behind for ever, and a save under way at that moment made some for a visit that was gone.
delete from platform.review_drafts d where not exists (select from platform.tasks t where t.case_id = d.case_id and t.visit = d.visit);
alter table platform.review_drafts add constraint review_drafts_visit
    foreign key (case_id, visit) references platform.tasks (case_id, visit) on delete cascade;
-- Drafts that a submission of theirs has left behind in the same way.
delete from platform.drafts d where exists (select from platform.rounds r where r.case_id = d.case_id and d.visit <= r.visit);
