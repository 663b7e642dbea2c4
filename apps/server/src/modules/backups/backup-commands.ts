import type { Program } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'

export type BackupPlace = {
  readonly database: string
  readonly scratch: string
  readonly role: string
  readonly repository: string
  /** The repository's key: goes by stdin inside the script. */
  readonly key: string
}

const prepared = ({ key, repository }: BackupPlace) => `set -eu
umask 077
command -v restic >/dev/null || { echo 'restic is not installed on the host.' >&2; exit 1; }
RESTIC_PASSWORD=${sh(key)}; RESTIC_REPOSITORY=${sh(repository)}; RESTIC_CACHE_DIR=/var/cache/nexus-restic
export RESTIC_PASSWORD RESTIC_REPOSITORY RESTIC_CACHE_DIR
cd /
work=$(mktemp -d /var/tmp/nexus-backup.XXXXXX); trap 'rm -rf "$work"' EXIT
chmod 711 "$work"; install -d -o postgres -m 700 "$work/pg"
pg() { runuser -u postgres -- env -u RESTIC_PASSWORD psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
`

/** One line a table: its name with schema and its rows, of the transaction it is asked in. */
const countRows = `select format('select json_build_object(''table'', %L, ''rows'', count(*)) from %I.%I', n.nspname || '.' || c.relname, n.nspname, c.relname)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'
 order by 1 \\gexec`

/**
 * Rows are counted and the dump is made in one snapshot, so both speak of the same moment; then the dump goes into the
 * repository, which is made when it is missing.
 */
export const takeBackup = (place: BackupPlace, backupId: string): Program => ({
  name: 'take the backup',
  timeoutSeconds: 1800,
  script: `${prepared(place)}
[ -f ${sh(`${place.repository}/config`)} ] || { install -d -m 700 ${sh(place.repository)}; restic init -q </dev/null; }
{
cat <<'SQL'
begin isolation level repeatable read read only;
${countRows}
select pg_export_snapshot() as snapshot \\gset
\\setenv NEXUS_SNAPSHOT :snapshot
SQL
printf '%s\\n' "\\\\setenv NEXUS_DUMP $work/pg"
cat <<'SQL'
\\! pg_dump -Fc --snapshot="$NEXUS_SNAPSHOT" -f "$NEXUS_DUMP/dump" ${sh(place.database)} && : > "$NEXUS_DUMP/done"
commit;
SQL
} > "$work/script"
pg -d ${sh(place.database)} < "$work/script" > "$work/tables"
[ -e "$work/pg/done" ] || { echo 'pg_dump did not come to its end.' >&2; exit 1; }
restic backup --json --host nexus --tag ${sh(backupId)} --stdin --stdin-filename database.dump < "$work/pg/dump" > "$work/restic"
snapshot=$(sed -n 's/.*"message_type":"summary".*"snapshot_id":"\\([0-9a-f]*\\)".*/\\1/p' "$work/restic" | tail -n1)
[ -n "$snapshot" ] || { echo 'restic does not say under which id it saved.' >&2; exit 1; }
grep '^{' "$work/tables" || true
printf '{"snapshot":"%s","bytes":%s}\\n' "$snapshot" "$(stat -c %s "$work/pg/dump")"
`,
})

/** Restores into a scratch database of the same owner, counts there, and leaves it for the migration status. */
export const restoreScratch = (place: BackupPlace, snapshot: string): Program => ({
  name: 'restore into a scratch database',
  timeoutSeconds: 1800,
  script: `${prepared(place)}
restic dump -q ${sh(snapshot)} /database.dump </dev/null > "$work/dump"
install -o postgres -m 600 "$work/dump" "$work/pg/dump"; rm -f "$work/dump"
pg -d postgres -c ${sh(`drop database if exists "${place.scratch}" with (force)`)} -c ${sh(`create database "${place.scratch}" owner "${place.role}" template template0 encoding 'UTF8'`)} -c ${sh(`revoke all on database "${place.scratch}" from public`)} 2>/dev/null
runuser -u postgres -- env -u RESTIC_PASSWORD pg_restore --exit-on-error -d ${sh(place.scratch)} "$work/pg/dump" </dev/null
pg -d ${sh(place.scratch)} <<'SQL'
begin isolation level repeatable read read only;
${countRows}
commit;
SQL
`,
})

export const dropScratch = ({ scratch }: Pick<BackupPlace, 'scratch'>): Program => ({
  name: 'drop the scratch database',
  timeoutSeconds: 60,
  script: `set -eu
cd /
runuser -u postgres -- psql -X -q -d postgres -c ${sh(`drop database if exists "${scratch}" with (force)`)} 2>/dev/null
`,
})
