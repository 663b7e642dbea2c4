-- Machines, the pool of spare ones, and what was asked of their providers.
create table host (
  id text primary key,
  name text not null,
  state text not null,
  state_since timestamptz not null,
  address text,
  port integer not null default 22,
  login_user text not null default 'root',
  host_key text,
  jump text,
  provider text not null,
  provider_id text,
  region text not null,
  plan text not null,
  price_per_month numeric,
  currency text,
  renews_at timestamptz,
  order_id text,
  ticket text,
  reserved_at timestamptz,
  claimed_at timestamptz,
  was_live boolean not null default false,
  facts jsonb,
  baseline_version text,
  baseline_at timestamptz,
  quarantine_reason text,
  created_at timestamptz not null
);
create index host_state on host (state, region, plan);
create unique index host_one_name on host (name) where state <> 'retired';
create unique index host_one_ticket on host (ticket) where ticket is not null and state <> 'retired';
create unique index host_one_order on host (order_id) where order_id is not null and state <> 'retired';
create unique index host_one_server on host (provider, provider_id) where provider_id is not null and state <> 'retired';

-- The intent of a call that costs money or destroys something, written before the call; the receipt after it.
create table host_effect (
  id text primary key,
  host_id text not null,
  kind text not null,
  label text not null,
  host_key text,
  intended_at timestamptz not null,
  done_at timestamptz,
  receipt jsonb
);
create index host_effect_host on host_effect (host_id, id);

create table host_pool (
  region text not null,
  plan text not null,
  target integer not null,
  primary key (region, plan)
);

-- Orders that ask for a spare at this moment: the earliest due time is served first.
create table host_wish (
  order_id text primary key,
  region text not null,
  plan text not null,
  due_at timestamptz not null,
  asked_at timestamptz not null
);
