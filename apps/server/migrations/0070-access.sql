-- People of Nexus itself, their roles and their API tokens. Of a token only the SHA-256 is kept.
create table person (
  id text primary key,
  name text not null,
  email text not null,
  roles text[] not null,
  created_at timestamptz not null,
  created_by text not null,
  disabled_at timestamptz
);
create unique index person_email on person (lower(email));

create table api_token (
  id text primary key,
  person_id text not null references person (id),
  name text not null,
  hash bytea not null unique,
  -- Null: everything its person may do.
  permissions text[],
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_token_person on api_token (person_id, id);

-- The way in for the first admin, and nothing else.
create table bootstrap_token (
  hash bytea primary key,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
