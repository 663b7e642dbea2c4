import { secretService } from '../modules/secrets/index.ts'
import { now } from '../platform/clock.ts'
import { openDatabase } from '../platform/db.ts'
import { readEpoch } from '../platform/epoch.ts'
import { NexusError } from '../platform/errors.ts'
import { secretBox } from '../platform/secret-box.ts'
import { bundle } from './admin-bundle.ts'
import {
  type AdminContext,
  type AdminVerb,
  backupKeyFor,
  masterKeyOf,
  spoolOf,
  withOwnDatabase,
  withServices,
} from './admin-context.ts'
import { escapeKit } from './admin-escape-kit.ts'
import { install } from './admin-install.ts'
import { backupPlaceOf } from './backup-places.ts'
import { type HeldReport, heldReport, resumeHeld } from './held-report.ts'
import { checkpointFilesOf } from './outside.ts'
import { makeBackup, verifyBackup } from './own-backup.ts'
import { restoreBackup } from './own-restore.ts'

const size = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`

const backup: AdminVerb = (context) =>
  withOwnDatabase(context.settings, async ({ url }) => {
    const { settings, flags, actor } = context
    const place = backupPlaceOf(flags.to ?? '', settings)
    const keep = flags.keep === undefined ? settings.backupKeep : Number(flags.keep)
    if (!Number.isInteger(keep) || keep < 1)
      throw new NexusError('backup.bad_keep', 'invalid', '--keep takes a number of at least 1.')
    const deps = { url, key: backupKeyFor(context), place, spool: spoolOf(settings), now }
    const facts = await makeBackup(actor, deps, keep)
    return {
      value: facts,
      lines: [
        `${facts.name}  ${size(facts.bytes)}, ${facts.rows} rows of ${facts.tables} tables as of ${facts.point}`,
        `at ${facts.place}, read back and compared; without the master key nobody reads the secrets in it.`,
      ],
    }
  })

const backups: AdminVerb = async ({ settings, flags }) => {
  const place = backupPlaceOf(flags.from ?? '', settings)
  const names = await place.list()
  return {
    value: { place: place.title, items: names },
    lines: names.length > 0 ? names : [`No backups at ${place.title}.`],
  }
}

async function nameOf({ settings, flags }: AdminContext, [word]: readonly string[]) {
  const place = backupPlaceOf(flags.from ?? '', settings)
  const name = word === 'latest' || word === undefined ? (await place.list()).at(-1) : word
  if (name === undefined) {
    throw new NexusError('backup.none', 'missing', `There is no backup at ${place.title}.`, {
      hint: 'nexusctl admin backup',
    })
  }
  if (/^[\w.-]+$/.test(name)) return { place, name }
  throw new NexusError('backup.bad_name', 'invalid', `${name.slice(0, 80)} is no name of a backup.`, {
    hint: 'nexusctl admin backups lists them; --from names the place.',
  })
}

const verify: AdminVerb = async (context, words) => {
  const { place, name } = await nameOf(context, words)
  const facts = await verifyBackup(name, { place, key: backupKeyFor(context), spool: spoolOf(context.settings) })
  return {
    value: facts,
    lines: [`${name} is whole: ${facts.rows} rows of ${facts.tables} tables as of ${facts.point}.`],
  }
}

/** Whether the master key at hand opens what was restored. */
async function secretsReadable(context: AdminContext, url: string): Promise<'readable' | 'not readable' | 'none'> {
  const db = openDatabase(url, 1)
  const of = { tenant: 'nexus', name: 'control-key' }
  try {
    if (!(await db.row('select 1 as ok from secret limit 1'))) return 'none'
    const secrets = secretService({ db, box: secretBox(masterKeyOf(context)), now, uses: async () => [] })
    await secrets.reveal(context.actor, await secrets.latest(context.actor, of))
    return 'readable'
  } catch {
    return 'not readable'
  } finally {
    await db.close()
  }
}

const restore: AdminVerb = async (context, words) => {
  const { settings, flags, actor, ask } = context
  const { place, name } = await nameOf(context, words)
  const key = backupKeyFor(context)
  if (!flags.yes)
    await confirm(
      ask,
      `Make this Nexus (${settings.home}) what ${name} was? The present database is kept aside.`,
      'restore',
    )
  return withOwnDatabase(settings, async (database) => {
    const facts = await restoreBackup(actor, name, {
      database,
      place,
      key,
      spool: spoolOf(settings),
      sinks: checkpointFilesOf(settings),
      now,
    })
    const secrets = await secretsReadable(context, database.url)
    const { before, after } = facts
    return {
      value: { ...facts, secrets },
      lines: [
        `Restored ${name}: the state of ${facts.point}, epoch ${facts.epoch}.`,
        `orders ${before?.orders ?? 0} -> ${after.orders}, hosts ${before?.host ?? 0} -> ${after.host}, entries of the trail ${before?.audit_entry ?? 0} -> ${after.audit_entry}`,
        ...(facts.trail
          ? [
              `The trail had left with ${facts.trail.from} entries and goes on from ${facts.trail.to}: an entry says so.`,
            ]
          : []),
        ...(facts.keptAs ? [`The database of before is kept as ${facts.keptAs}.`] : []),
        secrets === 'not readable'
          ? 'The secrets in it CANNOT be read with the master key here: put the one of the saved Nexus in its place first.'
          : 'The master key opens its secrets.',
        'It is held: start nexusd, read `nexusctl admin held`, then `nexusctl admin resume`.',
      ],
    }
  })
}

async function confirm(ask: AdminContext['ask'], question: string, word: string): Promise<void> {
  if (!ask) {
    throw new NexusError('admin.not_confirmed', 'invalid', 'Nobody is there to be asked.', {
      hint: 'Say --yes when you mean it.',
    })
  }
  const said = await ask(`${question} Type "${word}": `)
  if (said.trim() !== word)
    throw new NexusError('admin.not_confirmed', 'conflict', 'Not confirmed: nothing was changed.')
}

const marks = { same: 'same   ', changed: 'CHANGED', unknown: 'UNKNOWN' } as const
const reportLines = ({ epoch, lines }: HeldReport): string[] => [
  `Held since ${epoch.heldSince?.toISOString()}: the state is that of ${epoch.backupPoint?.toISOString()}. Since then:`,
  ...lines.map((each) => `${marks[each.verdict]}  ${each.where.padEnd(8)}  ${each.subject}  ${each.text}`),
]

/** Its verdict: 0 when nothing happened since, 1 when something did or nobody can say. */
const held: AdminVerb = (context) =>
  withServices(
    context,
    async () => undefined,
    async (services, db) => {
      const report = await heldReport(context.actor, { db, services })
      const quiet = report.lines.every((each) => each.verdict === 'same')
      return { value: report, lines: reportLines(report), exit: quiet ? 0 : 1 }
    },
  )

const resume: AdminVerb = async (context) => {
  const { flags, actor, ask, say } = context
  const { reason } = flags
  if (!reason)
    throw new NexusError('admin.no_reason', 'invalid', 'Say why: --reason TEXT.', { hint: 'It goes into the trail.' })
  const report = await withServices(
    context,
    async () => undefined,
    (services, db) => heldReport(actor, { db, services }),
  )
  for (const line of reportLines(report)) say(line)
  if (!flags.yes)
    await confirm(
      ask,
      'Runs go on from the state of the backup, and a Nexus of before is shut out by every host.',
      'resume',
    )
  return withServices(
    context,
    async (db) => (await readEpoch(db)).number,
    async (services, db) => {
      const deps = { db, now, takeOver: () => services.hosts.takeOver(actor) }
      const { epoch, hosts } = await resumeHeld(actor, deps, { reason, report })
      const away = hosts.filter((each) => each.verdict !== 'same')
      return {
        value: { epoch, hosts },
        lines: [
          `Resumed as epoch ${epoch.number}: nexusd goes on within seconds.`,
          ...away.map((each) => `NOT TOLD  ${each.subject}  ${each.text}`),
        ],
        exit: away.length > 0 ? 1 : 0,
      }
    },
  )
}

const backupKey: AdminVerb = async (context) => {
  const key = backupKeyFor(context).toString('base64')
  return { value: { key }, lines: [key] }
}

export const adminVerbs: Readonly<Record<string, AdminVerb>> = {
  backup,
  backups,
  verify,
  restore,
  held,
  resume,
  'backup-key': backupKey,
  bundle,
  'escape-kit': escapeKit,
  install,
}
