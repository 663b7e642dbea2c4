-- What Nexus knows of a tenant at its identity provider. Secrets are references.
create table tenant (
  tenant text primary key,
  provider text not null,
  order_id text not null,
  organization_id text not null,
  organization_mode text not null,
  organization_name text not null,
  issuer text not null,
  client_id text not null,
  client_secret_ref text not null,
  app_url text not null,
  api_url text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table invite (
  id text primary key,
  tenant text not null,
  email text not null,
  user_id text not null,
  groups text[] not null,
  invite_ref text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  replaced_at timestamptz
);
create unique index invite_one_open on invite (tenant, lower(email)) where replaced_at is null;

-- The embedded identity provider of the lab. Nothing else reads these tables.
create table embedded_key (name text primary key, sealed text not null);

create table embedded_organization (
  id text primary key,
  tenant text not null unique,
  name text not null,
  reference text,
  metadata jsonb not null default '{}'
);

create table embedded_group (
  tenant text not null references embedded_organization (tenant),
  name text not null,
  primary key (tenant, name)
);

create table embedded_client (
  id text primary key,
  tenant text not null unique references embedded_organization (tenant),
  secret_sealed text not null,
  redirect_uris text[] not null,
  post_logout_uris text[] not null
);

create table embedded_account (
  id text primary key,
  tenant text not null references embedded_organization (tenant),
  email text not null,
  email_verified boolean not null default false,
  password_hash text,
  groups text[] not null,
  probe boolean not null default false,
  created_at timestamptz not null
);
create unique index embedded_account_email on embedded_account (tenant, lower(email));

create table embedded_invite (
  token_hash text primary key,
  account_id text not null references embedded_account (id) on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz,
  replaced_at timestamptz
);
create index embedded_invite_account on embedded_invite (account_id);

create table embedded_attempt (
  key text primary key,
  failures integer not null,
  window_ends_at timestamptz not null
);

create table embedded_record (
  model text not null,
  id_hash text not null,
  sealed text not null,
  grant_hash text,
  uid_hash text,
  consumed_at timestamptz,
  expires_at timestamptz,
  primary key (model, id_hash)
);
create index embedded_record_grant on embedded_record (grant_hash);
create index embedded_record_uid on embedded_record (uid_hash);
create index embedded_record_expiry on embedded_record (expires_at);
