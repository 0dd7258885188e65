-- A workbook may be about one case instead of all that a unit files for a notice: those of departments and of the bureau, and
-- of cases that no notice asks for (rectification, results). It is read by the holders of the post that it was sent from,
-- since its case's unit may not know the form yet.
alter table platform.documents alter column notice_id drop not null;
alter table platform.documents add column case_id bigint;
alter table platform.documents add column role text;
alter table platform.documents add column organisation_id bigint;
alter table platform.documents add constraint documents_about check (case_id is null or (notice_id is null and role is not null and organisation_id is not null));
alter table platform.documents add constraint documents_place check (num_nonnulls(notice_id, case_id) = 1);
create index documents_case on platform.documents (case_id, sent_at) where case_id is not null;
