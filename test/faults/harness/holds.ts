import type { Pool, PoolClient } from 'pg'
import { until } from './child.ts'

/** Where a node is held so that it can be killed at that very moment. */
export type Hold = { readonly run: string; readonly step: string; readonly moment: 'before' | 'in' | 'after' }

export type Held = { readonly letGo: () => Promise<void>; readonly goOn: () => Promise<void> }

const space = 7900

/**
 * Holds a node at a moment of a step, by triggers of this test's own database: before the step is begun; in the middle of
 * its rows, or (where it writes none) remembered and not yet told to have ended; or when its work is done and not remembered yet.
 */
export async function openHolds(pool: Pool) {
  await pool.query(triggers)
  const keeper: PoolClient = await pool.connect()
  return {
    /** Returns when a node waits there; `letGo` ends its connection, so that nothing of it is kept. */
    wait: async (hold: Hold, seconds: number): Promise<Held> => {
      await keeper.query(
        'select pg_advisory_lock($1, 1) where not exists (select from pg_locks where pid = pg_backend_pid() and classid = $1)',
        [space],
      )
      await pool.query('insert into fault.hold (run, step, moment) values ($1, $2, $3)', [
        hold.run,
        hold.step,
        hold.moment,
      ])
      const pid = await until(`a node comes to ${JSON.stringify(hold)}`, seconds, async () => {
        const found = await pool.query<{ pid: number }>(
          `select pid from pg_locks where locktype = 'advisory' and classid = $1 and not granted`,
          [space],
        )
        return found.rows[0]?.pid
      })
      return {
        letGo: async () => {
          await pool.query('delete from fault.hold')
          await pool.query('select pg_terminate_backend($1)', [pid])
        },
        /** What waits goes on, and is kept. */
        goOn: async () => {
          await pool.query('delete from fault.hold')
          await keeper.query('select pg_advisory_unlock($1, 1)', [space])
        },
      }
    },
    close: () => keeper.release(true),
  }
}

const triggers = `
create schema fault;
create table fault.hold (run text, step text, moment text);
create function fault.hold_at(at_run text, at_step text, at_moment text) returns void language plpgsql as $$
begin
  if exists (select from fault.hold where run = at_run and step = at_step and moment = at_moment) then
    perform pg_advisory_xact_lock(${space}, 1);
  end if;
end $$;
create function fault.step_begins() returns trigger language plpgsql as $$
begin perform fault.hold_at(new.run_id, new.name, 'before'); return new; end $$;
create function fault.step_worked() returns trigger language plpgsql as $$
begin
  if new.state = 'done' then perform fault.hold_at(new.run_id, new.name, 'in'); end if;
  return new;
end $$;
create function fault.rows_written() returns trigger language plpgsql as $$
begin
  perform fault.hold_at(s.run_id, s.name, 'in')
    from nexus.run_step s join fault.hold h on h.run = s.run_id and h.step = s.name where s.state = 'running';
  return new;
end $$;
create function fault.run_ends() returns trigger language plpgsql as $$
begin
  if new.outcome is not null then perform fault.hold_at(new.id, 'end the run', 'in'); end if;
  return new;
end $$;
create function fault.step_remembered() returns trigger language plpgsql as $$
begin perform fault.hold_at(new.workflow_uuid, new.function_name, 'after'); return new; end $$;
create function fault.run_remembered() returns trigger language plpgsql as $$
begin
  if new.status in ('SUCCESS', 'ERROR') then perform fault.hold_at(new.workflow_uuid, 'end the run', 'after'); end if;
  return new;
end $$;
create trigger hold before insert on nexus.run_step for each row execute function fault.step_begins();
create trigger hold_work before update on nexus.run_step for each row execute function fault.step_worked();
create trigger hold before insert on nexus.audit_entry for each row execute function fault.rows_written();
create trigger hold before update on nexus.run for each row execute function fault.run_ends();
create trigger hold before insert on dbos.operation_outputs for each row execute function fault.step_remembered();
create trigger hold before update on dbos.workflow_status for each row execute function fault.run_remembered();
`
