-- A customer's running environment. One an order and environment; a domain belongs to one instance that lives.
create table instance (
  id text primary key,
  order_id text not null,
  environment text not null,
  tenant text not null,
  stack text not null,
  plan text not null,
  host_id text not null,
  domain text not null,
  app_url text not null,
  api_url text not null,
  state text not null check (state in ('opened', 'deploying', 'running', 'withdrawn')),
  active_slot text check (active_slot in ('a', 'b')),
  database_password_ref text,
  database_url_ref text,
  identity jsonb,
  openclaw jsonb,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  unique (order_id, environment)
);
create unique index instance_domain on instance (domain) where state <> 'withdrawn';
create index instance_host on instance (host_id);

-- Set by people or made once by Nexus: in the open, or where the secret is kept. Never a secret's value.
create table instance_variable (
  instance_id text not null references instance (id),
  name text not null,
  plain text,
  secret_ref text,
  set_by text not null,
  set_at timestamptz not null,
  primary key (instance_id, name),
  check ((plain is null) <> (secret_ref is null))
);

-- Which release lies in which slot, and how far its deployment came.
create table instance_slot (
  instance_id text not null references instance (id),
  slot text not null check (slot in ('a', 'b')),
  release_id text not null,
  steps_done integer not null default 0,
  migration_version text,
  changed_at timestamptz not null,
  primary key (instance_id, slot)
);

-- What each check said last.
create table instance_check (
  instance_id text not null references instance (id),
  name text not null,
  result jsonb not null,
  at timestamptz not null,
  primary key (instance_id, name)
);

-- What may run: never changed after it was written.
create table release (
  id text primary key,
  stack text not null,
  version text not null,
  runtime text not null,
  manifest jsonb not null,
  compose text,
  artifacts jsonb not null,
  folder text not null,
  created_at timestamptz not null,
  created_by text not null,
  unique (stack, version, runtime)
);

create table backup (
  id text primary key,
  instance_id text not null,
  state text not null check (state in ('taking', 'taken', 'proven', 'failed')),
  repository text not null,
  key_ref text not null,
  snapshot text,
  tables jsonb,
  migration_version text,
  bytes bigint,
  seconds double precision,
  failure text,
  proof jsonb,
  started_at timestamptz not null,
  taken_at timestamptz,
  proven_at timestamptz
);
create index backup_instance on backup (instance_id, id);
