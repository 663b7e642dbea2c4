CREATE TABLE session (
  token_hash text PRIMARY KEY,
  subject    text NOT NULL,
  email      text NOT NULL,
  tenant     text NOT NULL,
  groups     text[] NOT NULL,
  role       text NOT NULL CHECK (role IN ('admin', 'user')),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);

CREATE INDEX session_by_expiry ON session (expires_at);
