-- A case may ask for several forms in turn (a spot check: evidence, scores, objection). A round and a comment belong to one
-- of them; rounds are numbered per case and form.
alter table platform.rounds add column form_code text not null default 'goal-filing';
alter table platform.rounds alter column form_code drop default;
alter table platform.comments add column form_code text not null default 'goal-filing';
alter table platform.comments alter column form_code drop default;
drop index platform.rounds_number;
create unique index rounds_number on platform.rounds (case_id, form_code, round);
