-- 离职交接 asks what waits for one person without being a task yet: seats whose turn is to come, cases returned straight.
create index participants_waiting on platform.participants (person_id) where state = 0;
create index journal_returned_to on platform.journal (case_id) where act = 'ReturnTo';
