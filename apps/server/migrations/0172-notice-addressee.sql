-- Where a table has a policy, Postgres uses an index only for what it knows to keep to itself, and `lower` is not so.
alter table notice add column addressee text generated always as (lower(recipient)) stored;
create index notice_to_addressee on notice (addressee, id);
