-- What an operator chose for a migration beside the names, and through which door a publication or migration came: whoever can open the
-- database may act on the command line in the name of somebody with the right, so the rows say that it was done there.
alter table platform.definition_migrations add column anew text not null default '[]';   -- JSON: activity ids in the old version whose open tasks are handed out anew
alter table platform.definition_migrations add column channel text;                       -- null = page or API, signed in
alter table platform.publications add column channel text;
