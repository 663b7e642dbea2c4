-- Values are sealed (AES-256-GCM) and bound to tenant, name and version: a row moved elsewhere does not open.
create table secret (
  tenant text not null,
  name text not null,
  version integer not null,
  sealed text not null,
  created_at timestamptz not null,
  created_by text not null,
  primary key (tenant, name, version)
);
