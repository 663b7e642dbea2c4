create table audit_entry (
  id text primary key,
  at timestamptz not null,
  actor text not null,
  on_behalf_of text,
  action text not null,
  subject text not null,
  before jsonb,
  after jsonb,
  reason text
);
create index audit_entry_subject on audit_entry (subject, id);

-- A promise: something to do at a due time (a follow-up, a renewal, an at-risk notice). A sweeper starts its flow.
create table promise (
  id text primary key,
  kind text not null,
  subject text not null,
  due_at timestamptz not null,
  payload jsonb not null default '{}',
  started_at timestamptz,
  unique (kind, subject, due_at)
);
create index promise_due on promise (due_at) where started_at is null;

-- Every nexusd that runs or ran: its lock key and its heartbeat (see platform/executor.ts).
create table executor (
  id text primary key,
  lock_key integer generated always as identity,
  beat timestamptz not null default now(),
  dead_at timestamptz
);

create table idempotency_key (
  actor text not null,
  key text not null,
  route text not null,
  body_hash text not null,
  status integer,
  answer jsonb,
  created_at timestamptz not null,
  primary key (actor, key)
);

-- What a run shows of itself beside the engine's own rows: who started it, for what, what it waits for.
create table run (
  id text primary key,
  flow text not null,
  subject text not null,
  started_by text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text,
  failure jsonb,
  waiting_for text,
  cancel_wanted_at timestamptz,
  cancel_wanted_by text
);
create index run_subject on run (subject, id);
create unique index run_one_active on run (flow, subject) where ended_at is null;

create table run_step (
  run_id text not null references run (id),
  position integer not null,
  name text not null,
  state text not null,
  attempts integer not null default 1,
  started_at timestamptz not null,
  ended_at timestamptz,
  note text,
  failure jsonb,
  primary key (run_id, position)
);
