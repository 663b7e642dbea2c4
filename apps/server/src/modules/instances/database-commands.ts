import type { Program } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'
import { databaseOf, scratchDatabaseOf, socketDirectory } from './instance-layout.ts'

/** One role and one database an instance: the role owns its database and may enter no other. */

const psql = `pg() { runuser -u postgres -- psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }\n`
const begin = '# nexus: begin'

/** The lines that let one role into its own database, by password over the socket, ahead of Debian's own lines. */
const accessLines = (instance: string) =>
  [
    `${begin} ${instance}`,
    `local ${databaseOf(instance)},${scratchDatabaseOf(instance)} ${databaseOf(instance)} scram-sha-256`,
    `local all ${databaseOf(instance)} reject`,
    `host all ${databaseOf(instance)} all reject`,
    `# nexus: end ${instance}`,
  ].join('\n')

const withoutLines = (instance: string) =>
  `awk '$0 == "${begin} ${instance}" {skip=1} !skip {print} $0 == "# nexus: end ${instance}" {skip=0}'`

/** Makes what is missing and sets the password: called again, it ends in the same place. The password goes by stdin. */
export function makeDatabase(instance: string, password: string): Program {
  const name = databaseOf(instance)
  return {
    name: 'make the database',
    timeoutSeconds: 120,
    script: `set -eu
umask 077
${psql}command -v psql >/dev/null || { echo 'PostgreSQL is not installed on the host.' >&2; exit 1; }
systemctl is-active -q postgresql || systemctl start postgresql
cd /
version=$(pg -d postgres -c 'show server_version_num')
pg -d postgres <<'SQL'
set password_encryption = 'scram-sha-256';
select 'create role "${name}"' where not exists (select from pg_roles where rolname = '${name}') \\gexec
alter role "${name}" login nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 50 password ${sqlText(password)};
select 'create database "${name}" owner "${name}" template template0 encoding ''UTF8''' where not exists (select from pg_database where datname = '${name}') \\gexec
alter database "${name}" owner to "${name}";
revoke all on database "${name}" from public;
grant all on database "${name}" to "${name}";
SQL
pg -d "${name}" -c 'revoke all on schema public from public' -c 'alter schema public owner to "${name}"'
hba=$(pg -d postgres -c 'show hba_file')
new="$hba.nexus"
{ printf '%s\\n' ${sh(accessLines(instance))}; ${withoutLines(instance)} "$hba"; } > "$new"
if cmp -s "$new" "$hba"; then rm -f "$new"; else chown --reference="$hba" "$new"; chmod --reference="$hba" "$new"; mv -f "$new" "$hba"; pg -d postgres -c 'select pg_reload_conf()' >/dev/null; fi
bad=$(pg -d postgres -c "select count(*) from pg_hba_file_rules where error is not null")
[ "$bad" = 0 ] || { echo 'pg_hba.conf has lines that PostgreSQL does not read.' >&2; exit 1; }
printf '{"version":%s}\\n' "$version"
`,
  }
}

/** Undo: the database, its scratch copy, the role and its lines are gone afterwards, whether they were there or not. */
export function dropDatabase(instance: string): Program {
  const name = databaseOf(instance)
  return {
    name: 'drop the database',
    timeoutSeconds: 120,
    script: `set -eu
umask 077
${psql}command -v psql >/dev/null || exit 0
cd /
pg -d postgres -c 'drop database if exists "${scratchDatabaseOf(instance)}" with (force)' -c 'drop database if exists "${name}" with (force)' -c 'drop role if exists "${name}"' 2>/dev/null
hba=$(pg -d postgres -c 'show hba_file')
new="$hba.nexus"
${withoutLines(instance)} "$hba" > "$new"
chown --reference="$hba" "$new"; chmod --reference="$hba" "$new"; mv -f "$new" "$hba"
pg -d postgres -c 'select pg_reload_conf()' >/dev/null
`,
  }
}

/** How the stack reaches its database: the host's socket directory, by password. */
export const databaseUrl = (instance: string, password: string, database = databaseOf(instance)): string =>
  `postgres://${databaseOf(instance)}:${encodeURIComponent(password)}@${encodeURIComponent(socketDirectory)}/${database}`

const sqlText = (value: string) => `'${value.replaceAll("'", "''")}'`
