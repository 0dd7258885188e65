-- An update of a case that touches no index stays on its page and writes no index (HOT). `status` and `ended_at`, which the last
-- act of every case changes, stood in the index of the cases that wait for repair; `faulted` there changes only for those.
alter table platform.cases add column faulted boolean not null generated always as (status = 5) stored;
drop index platform.cases_faulted;
create index cases_faulted on platform.cases (region_id, id) where faulted;

-- Rows that come and go by the million: their space is wanted back soon, not when a fifth of the table is dead.
alter table platform.tasks set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, vacuum_index_cleanup = on);
alter table platform.timers set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, vacuum_index_cleanup = on);
alter table platform.waits set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, vacuum_index_cleanup = on);
alter table platform.cases set (fillfactor = 92, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000);

-- Every row is written twice, put in and claimed, before it goes: the second time on the same page, without its index.
alter table platform.outbox set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, vacuum_index_cleanup = on);
