-- The control plane's key pair of each host: the one that is in use, and the next one while it is being brought there.
create table host_control_key (
  host_id text not null,
  state text not null check (state in ('current', 'next')),
  -- The whole line of authorized_keys.
  line text not null,
  private_sealed text not null,
  made_at timestamptz not null,
  placed_at timestamptz,
  primary key (host_id, state)
);

-- Logins with the offline break-glass key, each told once.
create table host_rescue_login (
  host_id text not null,
  at timestamptz not null,
  source text not null,
  port integer not null,
  account text not null,
  primary key (host_id, at, source, port)
);
