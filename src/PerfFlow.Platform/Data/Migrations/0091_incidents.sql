-- Cases that wait for repair: few, and asked for by age.
create index cases_faulted on platform.cases (region_id, ended_at, id) where status = 5;
