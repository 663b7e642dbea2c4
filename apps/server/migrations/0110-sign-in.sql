-- Who a person is at an identity provider: linked by the verified address at the first sign-in, by subject ever after.
create table person_login (
  issuer text not null,
  subject text not null,
  person_id text not null references person (id),
  linked_at timestamptz not null,
  primary key (issuer, subject)
);
create unique index person_login_person on person_login (person_id, issuer);

-- A browser in which a person is signed in. Of what it sends only the SHA-256 is kept.
create table session (
  id text primary key,
  person_id text not null references person (id),
  hash bytea not null unique,
  address text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz not null,
  ended_at timestamptz
);
create index session_person on session (person_id, id);
