-- A domain belongs to one instance: the name is the key.
create table domain (
  name text primary key,
  instance_id text not null,
  claimed_at timestamptz not null
);
create index domain_instance on domain (instance_id);

-- What the edge of a host is to do for one instance. `generation` of the host's newest wish is on the host, too.
create table edge_site (
  instance_id text primary key,
  host_id text not null,
  domain text not null,
  sites jsonb not null,
  changed_at timestamptz not null
);
create index edge_site_host on edge_site (host_id, instance_id);

create table edge_host (
  host_id text primary key,
  generation bigint not null
);

-- One account a tenant and authority; its key is a reference to a secret.
create table acme_account (
  tenant text not null,
  directory_url text not null,
  key_ref text not null,
  account_url text,
  created_at timestamptz not null,
  primary key (tenant, directory_url)
);

create table certificate (
  id text primary key,
  instance_id text not null,
  domain text not null,
  names jsonb not null,
  tenant text not null,
  directory_url text not null,
  state text not null,
  order_url text,
  serial text,
  not_before timestamptz,
  not_after timestamptz,
  renew_at timestamptz,
  failure text,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create index certificate_instance on certificate (instance_id, id);
create index certificate_due on certificate (renew_at) where state = 'valid';
-- At most one under way and one that counts, for each domain.
create unique index certificate_open on certificate (domain) where state in ('wanted', 'ordered', 'issued', 'installed');
create unique index certificate_valid on certificate (domain) where state = 'valid';

-- What a customer's DNS is to say, whom we told, and what was found there last.
create table dns_wish (
  instance_id text primary key,
  domain text not null,
  provider text not null,
  records jsonb not null,
  contact text,
  asked_at timestamptz not null,
  reminded_at timestamptz,
  looked_at timestamptz,
  results jsonb not null default '[]'
);
