-- What was sent to whom. The intent with its Message-ID is there before a byte of the message leaves; the receipt after.
-- text and html are kept with every link replaced by its hash; "values" holds references instead of secrets.
create table notice (
  id text primary key,
  key text not null unique,
  kind text not null,
  recipient text not null,
  subject text not null,
  message_id text not null unique,
  state text not null check (state in ('intent', 'sent', 'unknown', 'failed')),
  "values" jsonb not null,
  text text not null,
  html text not null,
  attempts integer not null,
  receipt text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index notice_recipient on notice (recipient, id);
create index notice_state on notice (state, id);
