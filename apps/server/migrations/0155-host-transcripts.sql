-- What a person ran or read on a host: the command and each part of what came back are sealed.
create table host_transcript (
  id text primary key,
  host_id text not null,
  kind text not null check (kind in ('exec', 'logs')),
  asked_by text not null,
  asked_by_name text not null,
  reason text not null,
  approval_id text,
  break_glass boolean not null default false,
  command_sealed text not null,
  started_at timestamptz not null,
  ends_by timestamptz not null,
  ended_at timestamptz,
  exit_code integer,
  failure jsonb,
  cut boolean not null default false
);
create index host_transcript_host on host_transcript (host_id, id);
create table host_transcript_part (
  transcript_id text not null references host_transcript (id) on delete cascade,
  place integer not null,
  sealed text not null,
  primary key (transcript_id, place)
);
