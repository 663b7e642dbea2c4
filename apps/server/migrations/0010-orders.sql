create sequence order_ticket_number start with 1001;

-- One row an order; the ticket is its public number. Timestamps of the clock are those of order-clock.ts.
create table orders (
  id text primary key,
  ticket text not null unique,
  order_number text unique,
  environment text not null,
  state text not null check (state in ('Draft', 'Ready for Provisioning', 'Queued', 'Provisioning', 'Validation',
    'Live', 'Blocked', 'Incident', 'Cancelled')),
  state_since timestamptz not null,
  fields jsonb not null,
  organization text not null,
  plan text,
  region text,
  owner_id text,
  owner_name text,
  attempt integer not null default 0,
  host_id text,
  warm boolean,
  blocked jsonb,
  incident jsonb,
  clock_started_at timestamptz,
  allowance_seconds integer,
  due_at timestamptz,
  risk_at timestamptz,
  at_risk_at timestamptz,
  breached_at timestamptz,
  breach_cause text,
  cancel_wanted_at timestamptz,
  cancel_reason text,
  live_at timestamptz,
  metadata jsonb,
  checklist jsonb,
  created_at timestamptz not null
);
create index orders_by_due on orders (due_at, id);
create index orders_by_owner on orders (owner_id) where state not in ('Draft', 'Live', 'Cancelled');

-- Every time the order waited for somebody. Only what the customer caused moves the due time.
create table order_pause (
  id text primary key,
  order_id text not null references orders (id),
  cause text not null,
  waiting_for text not null check (waiting_for in ('us', 'customer', 'provider')),
  source text not null check (source in ('block', 'person')),
  started_at timestamptz not null,
  ended_at timestamptz,
  started_by text not null,
  ended_by text
);
create index order_pause_order on order_pause (order_id, id);
create unique index order_pause_one_open on order_pause (order_id, source) where ended_at is null;

create table order_attempt (
  order_id text not null references orders (id),
  attempt integer not null,
  started_at timestamptz not null,
  started_by text not null,
  ended_at timestamptz,
  outcome text,
  primary key (order_id, attempt)
);
create unique index order_attempt_one_active on order_attempt (order_id) where ended_at is null;

create table order_task (
  id text primary key,
  order_id text not null references orders (id),
  kind text not null check (kind in ('proposed_change', 'refund_after_live', 'cancel_after_live', 'notice_in_doubt', 'not_given_back')),
  title text not null,
  proposal jsonb,
  owner_id text,
  created_at timestamptz not null,
  done_at timestamptz,
  done_by text
);
create index order_task_open on order_task (owner_id, id) where done_at is null;

create table order_note (
  id text primary key,
  order_id text not null references orders (id),
  at timestamptz not null,
  author text not null,
  text text not null
);
create index order_note_order on order_note (order_id, id);

-- What a sender's webhook id stood for, so that a repeat is known and another body under the same id is refused.
create table webhook_receipt (
  webhook_id text primary key,
  event text not null,
  body_hash text not null,
  order_id text,
  received_at timestamptz not null
);
create index webhook_receipt_order on webhook_receipt (order_id, received_at);
