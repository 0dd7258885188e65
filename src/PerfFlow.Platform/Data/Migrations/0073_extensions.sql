-- 申请延期 (domain.md §3.9: the unit asks with reason and date, FIN_PERF grants). What was asked for and what came of it, beside
-- the opinion that says why; the due day in force is the task's.
create table platform.extensions (
    case_id        bigint not null,
    seq            int not null,
    n              int not null,
    kind           text not null,                   -- asked | granted | refused
    present_due_at timestamptz not null,            -- in force when it was asked for
    due_at         timestamptz,                     -- asked for, or granted; null = refused
    primary key (case_id, seq, n)
);
comment on table platform.extensions is 'append-only: rows come with acts, their hashes are in the journal';
