-- 抄送 · 已读: when the person first opened the case that was shown to them.
create table platform.copy_reads (
    case_id bigint not null,
    seq     int not null,
    n       int not null,
    at      timestamptz not null,
    primary key (case_id, seq, n),
    foreign key (case_id, seq, n) references platform.copies (case_id, seq, n)
);
