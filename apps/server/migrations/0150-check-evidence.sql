-- What a recording of checks found, whole, as it was hashed into its entry of the trail: an evidence bundle brings it along.
create table check_evidence (
  hash text primary key,
  text text not null,
  at timestamptz not null
);
