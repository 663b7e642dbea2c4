-- A role that a person has only for some regions, plans or customers: {"provisioning": {"regions": ["eu-1"]}}.
alter table person add column limits jsonb not null default '{}';

-- Who acts under a limited grant says so to its transaction in `nexus.scope`, a JSON list of scopes of which one has to
-- hold. Everybody else, flows among them, says nothing and sees everything.
create function scope_is_open() returns boolean language sql stable
  return coalesce(current_setting('nexus.scope', true), '') = '';

create function scope_allows(region text, plan text, customer text) returns boolean language sql stable
  return exists (
    select from jsonb_array_elements(current_setting('nexus.scope')::jsonb) as one(scope)
    where (not scope ? 'regions' or coalesce(scope -> 'regions' ? region, false))
      and (not scope ? 'plans' or coalesce(scope -> 'plans' ? plan, false))
      and (not scope ? 'customers' or coalesce(scope -> 'customers' ? customer, false))
  );

-- Policies below look through the policies of the tables they ask: what belongs to an order is seen with its order.
create policy scope on orders using ((select nexus.scope_is_open()) or nexus.scope_allows(region, plan, organization));
create policy scope on host using ((select nexus.scope_is_open()) or nexus.scope_allows(region, plan,
  (select o.organization from nexus.orders o where o.id = order_id)));
create policy scope on host_pool using ((select nexus.scope_is_open()) or nexus.scope_allows(region, plan, null));
create policy scope on instance using ((select nexus.scope_is_open())
  or exists (select from nexus.orders o where o.id = order_id));

-- What a check or a run is about: an order, a host or an instance, and what comes after a colon is a part of it.
create function scope_sees(subject text) returns boolean language sql stable
  return exists (select from nexus.orders o where o.id = split_part(subject, ':', 1))
    or exists (select from nexus.host h where h.id = split_part(subject, ':', 1))
    or exists (select from nexus.instance i where i.id = split_part(subject, ':', 1));

do $$
declare
  owned record;
begin
  for owned in
    select * from (values
      ('order_pause', 'exists (select from nexus.orders o where o.id = order_id)'),
      ('order_attempt', 'exists (select from nexus.orders o where o.id = order_id)'),
      ('order_task', 'exists (select from nexus.orders o where o.id = order_id)'),
      ('order_note', 'exists (select from nexus.orders o where o.id = order_id)'),
      ('host_wish', 'exists (select from nexus.orders o where o.id = order_id)'),
      ('tenant', 'exists (select from nexus.orders o where o.id = order_id)'),
      ('invite', 'exists (select from nexus.tenant t where t.tenant = invite.tenant)'),
      ('host_effect', 'exists (select from nexus.host h where h.id = host_id)'),
      ('host_control_key', 'exists (select from nexus.host h where h.id = host_id)'),
      ('host_rescue_login', 'exists (select from nexus.host h where h.id = host_id)'),
      ('host_drift', 'exists (select from nexus.host h where h.id = host_id)'),
      ('host_look', 'exists (select from nexus.host h where h.id = host_id)'),
      ('host_deviation', 'exists (select from nexus.host h where h.id = host_id)'),
      ('host_baseline', 'exists (select from nexus.host h where h.id = host_id)'),
      ('host_transcript', 'exists (select from nexus.host h where h.id = host_id)'),
      ('host_transcript_part', 'exists (select from nexus.host_transcript t where t.id = transcript_id)'),
      ('instance_variable', 'exists (select from nexus.instance i where i.id = instance_id)'),
      ('instance_slot', 'exists (select from nexus.instance i where i.id = instance_id)'),
      ('instance_check', 'exists (select from nexus.instance i where i.id = instance_id)'),
      ('backup', 'exists (select from nexus.instance i where i.id = instance_id)'),
      ('certificate', 'exists (select from nexus.instance i where i.id = instance_id)'),
      ('dns_wish', 'exists (select from nexus.instance i where i.id = instance_id)'),
      ('run', 'nexus.scope_sees(subject)'),
      ('run_step', 'exists (select from nexus.run r where r.id = run_id)'),
      ('check_result', 'nexus.scope_sees(subject)'),
      ('check_attestation', 'exists (select from nexus.check_result c where c.id = check_id)'),
      ('checklist_item', 'nexus.scope_sees(subject)')
    ) as rule(name, seen)
  loop
    execute format('create policy scope on %I using ((select nexus.scope_is_open()) or %s)', owned.name, owned.seen);
  end loop;
  -- Also for the role that owns the tables, where one role is all there is.
  for owned in select tablename as name from pg_policies where schemaname = 'nexus' and policyname = 'scope' loop
    execute format('alter table %I enable row level security, force row level security', owned.name);
  end loop;
end $$;
