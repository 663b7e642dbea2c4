-- How many times the story of a run was begun: the number that a host compares (a lower one is refused).
alter table run add column takeover integer not null default 0;
alter table run add column input jsonb not null default '{}';
