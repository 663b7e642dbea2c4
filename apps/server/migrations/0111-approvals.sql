-- What one person asked for and another has to say yes to. "act" is exactly what: kind, subject and parameters.
create table approval (
  id text primary key,
  kind text not null,
  subject text not null,
  what text not null,
  act jsonb not null,
  act_hash text not null,
  permission text not null,
  reason text not null,
  state text not null check (state in ('open', 'approved', 'refused', 'lapsed', 'used')),
  asked_by text not null,
  asked_by_name text not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  decided_by text,
  decided_by_name text,
  decided_at timestamptz,
  decided_why text,
  ended_at timestamptz
);
create unique index approval_one_open on approval (asked_by, act_hash) where state in ('open', 'approved');
create index approval_state on approval (state, id);
