-- Which master key seals from now on, by its fingerprint: the newest row. Nodes follow it.
create table master_key (
  id text primary key,
  since timestamptz not null,
  set_by text not null
);
