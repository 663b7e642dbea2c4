-- Whatever a row can be about within the limits: asked once a query. What is a host's while it is nobody's has a region and
-- a plan and no customer, whoever gets the host later. A function, so that who reads the trail without limits (the
-- auditor's role) needs no right to the tables that it asks.
create function scope_abouts() returns setof text language plpgsql stable as $$
begin
  return query select o.id from nexus.orders o;
  return query select h.id from nexus.host h where nexus.scope_allows(h.region, h.plan, null);
end $$;

create policy scope on approval using ((select nexus.scope_is_open()) or about in (select nexus.scope_abouts()));
create policy scope on notice using ((select nexus.scope_is_open()) or about in (select nexus.scope_abouts()));

-- A secret of a tenant is its order's; one of an instance its instance's. Those of Nexus itself are of no tenant.
create policy scope on secret using ((select nexus.scope_is_open())
  or exists (select from nexus.tenant t where t.tenant = secret.tenant)
  and (name not like 'ins\_%' or exists (select from nexus.instance i where i.id = split_part(name, '.', 1))));

-- Whatever is done leaves an entry, seen or not by who does it; nobody changes one within limits. An entry from before
-- `about` is seen where its subject is the order itself.
create policy scope on audit_entry for select using ((select nexus.scope_is_open())
  or coalesce(about, subject) in (select nexus.scope_abouts()));
create policy scope_adds on audit_entry for insert with check (true);
create policy scope_open on audit_entry using ((select nexus.scope_is_open()));

-- The log as a whole, with how much there is of it, is nothing for who sees a part.
do $$
declare
  each text;
begin
  foreach each in array array['trail_leaf', 'trail_node', 'trail_batch', 'trail_key', 'trail_checkpoint', 'trail_sent'] loop
    execute format('create policy scope on %I using ((select nexus.scope_is_open()))', each);
  end loop;
  foreach each in array array['approval', 'notice', 'secret', 'audit_entry', 'trail_leaf', 'trail_node', 'trail_batch',
      'trail_key', 'trail_checkpoint', 'trail_sent'] loop
    execute format('alter table %I enable row level security, force row level security', each);
  end loop;
end $$;

-- Runs and events about what is seen now, too.
create or replace function scope_sees(subject text) returns boolean language sql stable
  return exists (select from nexus.orders o where o.id = split_part(subject, ':', 1))
    or exists (select from nexus.host h where h.id = split_part(subject, ':', 1))
    or exists (select from nexus.instance i where i.id = split_part(subject, ':', 1))
    or exists (select from nexus.approval a where a.id = subject)
    or exists (select from nexus.notice n where n.id = subject)
    or starts_with(subject, 'secret:')
      and exists (select from nexus.tenant t where t.tenant = substr(split_part(subject, '/', 1), 8));
