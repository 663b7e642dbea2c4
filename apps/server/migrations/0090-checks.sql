create table check_result (
  id text primary key,
  subject text not null,
  name text not null,
  title text not null,
  status text not null,
  summary text not null,
  asked text not null,
  vantage text not null,
  at timestamptz not null,
  seconds double precision,
  evidence text,
  run_id text,
  -- Recorded twice is recorded once.
  unique (subject, name, at)
);
create index check_result_subject on check_result (subject, id);

-- What a person says about a result. Kept beside it; the result stays as it was.
create table check_attestation (
  id text primary key,
  check_id text not null references check_result (id),
  reason text not null,
  actor text not null,
  actor_name text not null,
  at timestamptz not null
);
create index check_attestation_check on check_attestation (check_id);

-- What must be answered about a subject; an item without a result is `unknown`.
create table checklist_item (
  subject text not null,
  checklist text not null,
  position integer not null,
  name text not null,
  title text not null,
  primary key (subject, checklist, name)
);
