-- Each list of the API has an index in its own order, alone and behind each of its filters: a page reads a page of rows,
-- however many there are (test/scale).

-- Where a table has a policy (0165), Postgres uses an index only for what it knows to keep to itself: comparisons and `case`
-- are so, `coalesce` is not. The expressions are those of order-store.ts and run-board.ts.
-- Open orders first, by due time; those without a clock last.
create index orders_by_standing on orders
  ((case when state in ('Live', 'Cancelled') then 1 else 0 end), (case when due_at is null then 'infinity'::timestamptz else due_at end), id);
create index orders_of_owner on orders
  (owner_id, (case when state in ('Live', 'Cancelled') then 1 else 0 end), (case when due_at is null then 'infinity'::timestamptz else due_at end), id);
create index orders_in_state on orders
  (state, (case when state in ('Live', 'Cancelled') then 1 else 0 end), (case when due_at is null then 'infinity'::timestamptz else due_at end), id);
drop index orders_by_due;

create index order_task_order on order_task (order_id, id);
create index order_task_undone on order_task (id) where done_at is null;

create index host_in_state on host (state, id);
create index host_in_region on host (region, id);
create index host_on_plan on host (plan, id);
create index host_effect_open on host_effect (id) where done_at is null;
create index host_deviation_host on host_deviation (host_id, id);

create index instance_in_state on instance (state, id);
create index release_of_stack on release (stack, id);

create index run_by_start on run (started_at, id);
create index run_of_subject on run (subject, started_at, id);
create index run_in_state on run ((case when outcome is null then 'running' else outcome end), started_at, id);
drop index run_subject;

create index check_result_named on check_result (subject, name, id);
create index notice_to on notice (lower(recipient), id);
create index session_open on session (id) where ended_at is null;
create index secret_by_name on secret (tenant collate "C", name collate "C", version desc);

-- Actions are text of ours with a dot behind the noun: in the order of "C" all of a noun stand together.
create index audit_entry_action on audit_entry (action collate "C", id);
create index audit_entry_actor on audit_entry (actor, id);
create index audit_entry_on_behalf on audit_entry (on_behalf_of, id) where on_behalf_of is not null;
