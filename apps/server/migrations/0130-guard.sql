-- A run that a person had go on: when it did. Its first start stays what it was.
alter table run add column resumed_at timestamptz;
