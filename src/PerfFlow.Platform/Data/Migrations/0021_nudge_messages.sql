-- Which messages a nudge wrote: their delivery is shown beside it.
alter table platform.nudges add column message_ids uuid[] not null default '{}';
