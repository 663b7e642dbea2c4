import pg from 'pg'

/** Who owns the tables, who runs Nexus, and who only reads the trail. */
export const databaseRoles = { owner: 'nexus_owner', app: 'nexus', auditor: 'nexus_auditor' } as const
export type DatabaseRole = keyof typeof databaseRoles

/** Who is granted what by the owner: the role that runs Nexus, and the auditor's where there is one. */
export type Granted = { readonly app: string; readonly auditor: string }

/** Kept for good: the role that runs Nexus adds to these and reads them, and can neither change nor delete a row. */
export const trailTables = [
  'audit_entry',
  'trail_leaf',
  'trail_node',
  'trail_batch',
  'trail_key',
  'trail_checkpoint',
  'trail_sent',
] as const

const name = pg.escapeIdentifier

/** Makes the three roles and gives the database `nexus` to its owner; safe to repeat, also over an older layout. */
export async function prepareRoles(
  superuser: (database: string) => string,
  passwords: Readonly<Record<DatabaseRole, string>>,
): Promise<void> {
  const { owner, app } = databaseRoles
  await withClient(superuser('postgres'), async (client) => {
    for (const each of Object.keys(databaseRoles) as DatabaseRole[]) {
      const role = databaseRoles[each]
      const found = await client.query('select 1 from pg_roles where rolname = $1', [role])
      const rights = `login nosuperuser nocreaterole ${each === 'owner' ? 'createdb' : 'nocreatedb'}`
      const verb = found.rowCount === 0 ? 'create' : 'alter'
      await client.query(`${verb} role ${name(role)} ${rights} password ${pg.escapeLiteral(passwords[each])}`)
    }
    const database = await client.query(`select 1 from pg_database where datname = 'nexus'`)
    if (database.rowCount === 0) await client.query(`create database nexus owner ${owner}`)
  })
  await withClient(superuser('nexus'), async (client) => {
    // The engine keeps its rows in a schema of its own, which it makes itself: hence `create`.
    await client.query(`alter database nexus owner to ${owner}; grant create on database nexus to ${app};
      create schema if not exists nexus; alter schema nexus owner to ${owner}`)
    await client.query(`do $$ declare found record; begin
      for found in select c.oid::regclass as name from pg_class c
        where c.relnamespace = 'nexus'::regnamespace and c.relkind in ('r', 'p', 'v') and c.relowner <> '${owner}'::regrole
      loop execute format('alter table %s owner to ${owner}', found.name); end loop; end $$`)
  })
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

/** Run by the owner after migrations, in their transaction: nobody ever sees a trail table that can be changed. */
export async function grantRights(client: pg.ClientBase, { app, auditor }: Granted): Promise<void> {
  const kept = trailTables.map((each) => `nexus.${name(each)}`).join(', ')
  await client.query(`revoke create on schema nexus from ${name(app)}; grant usage on schema nexus to ${name(app)};
    grant select, insert, update, delete on all tables in schema nexus to ${name(app)};
    grant usage, select on all sequences in schema nexus to ${name(app)};
    revoke update, delete, truncate on ${kept} from ${name(app)};
    grant execute on function nexus.erase_beside(text[]) to ${name(app)};
    revoke insert, update, delete, truncate on nexus.migration from ${name(app)}`)
  const found = await client.query('select 1 from pg_roles where rolname = $1', [auditor])
  if (found.rowCount === 0) return
  await client.query(`grant usage on schema nexus to ${name(auditor)}; grant select on ${kept} to ${name(auditor)}`)
}

type Asked = { readonly row: <Row extends object>(sql: string, values: readonly unknown[]) => Promise<Row | undefined> }

/** Why the running role could rewrite the trail; undefined when it cannot. Asked of Postgres itself. */
export async function rightsNotSeparated(db: Asked): Promise<string | undefined> {
  const found = await db.row<{ role: string; superuser: boolean; owns: string | null; may: string | null }>(
    `select current_user as role, (select rolsuper from pg_roles where rolname = current_user) as superuser,
       (select string_agg(c.relname, ', ') from pg_class c where c.relnamespace = 'nexus'::regnamespace
          and c.relname = any($1) and pg_has_role(current_user, c.relowner, 'member')) as owns,
       (select string_agg(distinct c.relname, ', ') from pg_class c, unnest(array['update', 'delete', 'truncate', 'trigger']) as deed
         where c.relnamespace = 'nexus'::regnamespace and c.relname = any($1)
           and has_table_privilege(c.oid, deed)) as may`,
    [trailTables],
  )
  if (!found) return 'Postgres did not say'
  if (found.superuser) return `${found.role} is a superuser`
  if (found.owns) return `${found.role} owns ${found.owns}`
  return found.may ? `${found.role} may change rows of ${found.may}` : undefined
}
