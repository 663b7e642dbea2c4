-- One row: which life of Nexus this is. A restore from a backup begins another one, which is held until a person resumes
-- it, and whose programs carry a higher number: a host that has seen it refuses those of the life before.
create table epoch (
  one boolean primary key default true check (one),
  number bigint not null default 0,
  backup_point timestamptz,
  restored_at timestamptz,
  held_since timestamptz,
  resumed_at timestamptz,
  resumed_by text
);
insert into epoch default values;
