-- What the last baseline of a host did, item by item.
create table host_baseline (
  host_id text primary key,
  at timestamptz not null,
  report jsonb not null
);
