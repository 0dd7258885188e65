-- What a reviewer said to an answer that disputed a comment.
create table platform.verdicts (
    case_id bigint not null,
    seq     int not null,
    n       int not null,
    round   int not null,
    number  int not null,                           -- the comment's
    verdict text not null,                          -- accepted | upheld
    primary key (case_id, seq, n)
);
comment on table platform.verdicts is 'append-only: rows come with acts, their hashes are in the journal';
