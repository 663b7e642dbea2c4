-- The one way in which a row of the trail may change, for the role that runs Nexus has no right to change any: what stands
-- beside entries behind a salted hash is taken away, salt and all, and only what an entry of this transaction names. The
-- entries themselves stay, and the log verifies as before.
create function erase_beside(entries text[]) returns bigint
  language plpgsql security definer set search_path = nexus, pg_temp as $$
declare
  erased bigint;
begin
  if not exists (select 1 from audit_entry e where e.xid = pg_current_xact_id() and e.action = 'trail.erased'
                    and e.salt is null and e.after->'entries' @> to_jsonb(entries)) then
    raise exception 'nothing is erased from the trail without an entry that says so';
  end if;
  update audit_entry set before = null, after = null, reason = null, salt = null
    where id = any(entries) and salt is not null;
  get diagnostics erased = row_count;
  return erased;
end $$;
revoke all on function erase_beside(text[]) from public;
