-- `entry` is canonical JSON (RFC 8785): these bytes are what is hashed. Where it says `personal`, before, after and reason
-- stand beside it behind `salt` and can be erased. The other columns say again what `entry` says, for queries.
-- Rows of before have no entry and are not in the log.
alter table audit_entry add column entry text;
alter table audit_entry add column salt text;
alter table audit_entry add column xid xid8 not null default pg_current_xact_id();
alter table audit_entry add column written bigint generated always as identity;
alter table audit_entry add constraint audit_entry_is_signed check (entry is not null) not valid;
create index audit_entry_xid on audit_entry (xid, written);

-- The log: which entry is at which place. Given by the sequencer to entries that are committed.
create table trail_leaf (
  index bigint primary key,
  entry_id text not null unique,
  hash bytea not null
);

-- Roots of whole subtrees of 256, 65536, ... leaves: a proof reads few rows.
create table trail_node (
  level smallint not null,
  index bigint not null,
  hash bytea not null,
  primary key (level, index)
);

-- What the sequencer must know to go on: the compact range of `size` leaves, and that no entry of a transaction before
-- `seen` is still to come.
create table trail_batch (
  size bigint primary key,
  range bytea[] not null,
  seen xid8 not null,
  at timestamptz not null
);

create table trail_key (
  number integer generated always as identity,
  verifier_key text primary key,
  secret text not null,
  at timestamptz not null
);

create table trail_checkpoint (
  size bigint primary key,
  note text not null,
  at timestamptz not null
);

-- Which checkpoint reached which place outside this database.
create table trail_sent (
  sink text not null,
  size bigint not null,
  at timestamptz not null,
  primary key (sink, size)
);
