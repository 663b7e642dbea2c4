-- What of the baseline did not hold when the host was looked at last, and since when.
create table host_drift (
  host_id text not null,
  item text not null,
  found text not null,
  first_seen timestamptz not null,
  primary key (host_id, item)
);
-- When a host was looked at: the last whole answer, and the last try that brought none.
create table host_look (
  host_id text primary key,
  version text,
  seen_at timestamptz,
  failed_at timestamptz,
  failure text
);
-- What may differ on one host, for a reason and until a day.
create table host_deviation (
  id text primary key,
  host_id text not null,
  item text not null,
  reason text not null,
  until timestamptz not null,
  accepted_by text not null,
  accepted_by_name text not null,
  accepted_at timestamptz not null,
  approval_id text,
  ended_at timestamptz,
  ended_by text,
  ended_why text
);
create unique index host_deviation_one on host_deviation (host_id, item) where ended_at is null;
