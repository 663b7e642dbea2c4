import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type Actor, requirePermission } from '../platform/actor.ts'
import { writeArchive } from '../platform/archive.ts'
import { recordAudit } from '../platform/audit.ts'
import type { BackupPlace } from '../platform/backup-place.ts'
import type { Database } from '../platform/db.ts'
import { NexusError } from '../platform/errors.ts'
import { pipeThrough } from '../platform/local-program.ts'
import { escapeCertificates, escapeHosts, escapeInstances } from '../views/escape-inventory.ts'
import { backupPlaceOf } from './backup-places.ts'
import { escapeFiles } from './escape-parts.ts'
import { withSpool } from './own-backup.ts'
import type { Settings } from './settings.ts'

export type EscapeKitDeps = {
  readonly db: Database
  /** Opens a secret by its reference. */
  readonly reveal: (ref: string) => Promise<string>
  /** The private keys that open a host. */
  readonly keysOf: (host: { readonly hostId: string; readonly user: string }) => Promise<readonly string[]>
  /** PEM file: only who has its private key opens the kit, so Nexus itself cannot. */
  readonly certificateFile: string
  readonly place: BackupPlace
  readonly spool: string
  readonly now: () => Date
}

export type EscapeKitFacts = {
  readonly name: string
  readonly place: string
  readonly bytes: number
  readonly hosts: number
  readonly instances: number
}

/** Beside the backups, in a folder of its own: `backup latest` and their number know nothing of it. */
export function escapePlaceOf(word: string, settings: Settings): BackupPlace {
  const named = (word || settings.backupTo || `${settings.home}/backups`).replace(/\/+$/, '')
  return backupPlaceOf(`${named}/escape-kit`, settings)
}

/** Gathers, seals for the certificate, puts it to its place and keeps the newest. The trail says that it was made. */
export async function makeEscapeKit(actor: Actor, deps: EscapeKitDeps, keep: number): Promise<EscapeKitFacts> {
  requirePermission(actor, 'access.write')
  const { db, place, spool, now } = deps
  const certificate = usable(deps.certificateFile, now())
  const at = now()
  const [hosts, instances] = [await escapeHosts(db), await escapeInstances(db)]
  const hostKeys = new Map<string, readonly string[]>()
  for (const { id, user } of hosts) hostKeys.set(id, await deps.keysOf({ hostId: id, user }))
  const files = escapeFiles({
    at,
    hosts,
    instances,
    certificates: await escapeCertificates(db),
    hostKeys,
    repositoryKeys: await keysOf(
      instances.flatMap(({ backup }) => backup?.keyRef ?? []),
      deps.reveal,
    ),
  })
  const entries = async function* () {
    for (const { name, text } of files) yield { name: `escape-kit/${name}`, content: Buffer.from(text) }
  }
  const name = `nexus-escape-kit-${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z.cms`
  const bytes = await withSpool(spool, async (file) => {
    await seal(writeArchive(entries(), at), certificate, file)
    await place.put(name, file)
    return (await stat(file)).size
  })
  const facts = { name, place: place.title, bytes, hosts: hosts.length, instances: instances.length }
  await db.inTransaction((tx) =>
    recordAudit(tx, actor, { action: 'nexus.escape_kit', subject: name, at, after: facts }),
  )
  const kept = await place.list()
  for (const each of kept.slice(0, Math.max(0, kept.length - keep))) await place.remove(each)
  return facts
}

/** True when the newest kit at the place is older than this. */
export async function isKitDue(place: BackupPlace, hours: number, at: Date): Promise<boolean> {
  const newest = (await place.list()).at(-1) ?? ''
  const [, day = '', hour = '', minute = '', second = ''] = /-(\d{8})T(\d\d)(\d\d)(\d\d)Z\.cms$/.exec(newest) ?? []
  const made = Date.parse(`${day.replace(/(....)(..)(..)/, '$1-$2-$3')}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(made) || at.getTime() - made >= hours * 3_600_000
}

async function keysOf(refs: readonly string[], reveal: (ref: string) => Promise<string>) {
  const found = new Map<string, string>()
  for (const ref of new Set(refs)) found.set(ref, await reveal(ref))
  return found
}

function usable(file: string, at: Date): string {
  if (file === '') {
    throw new NexusError('escape.no_certificate', 'invalid', 'There is no certificate to seal an escape kit for.', {
      hint: 'docs/guides/running-nexus.md has the one command that makes one; name it by escapeCertificate.',
    })
  }
  let until: Date
  try {
    until = new X509Certificate(readFileSync(file)).validToDate
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    throw new NexusError('escape.bad_certificate', 'invalid', `${file} is no certificate that can be used: ${why}.`)
  }
  if (until > at) return file
  throw new NexusError(
    'escape.certificate_over',
    'conflict',
    `The certificate ${file} ended at ${until.toISOString()}.`,
    {
      hint: 'Make a new one; keep the key of the old one for the kits there are.',
    },
  )
}

/** CMS (RFC 5652) with AES-256-GCM, as openssl writes and opens it. Nothing in the open touches the disk. */
async function seal(content: AsyncIterable<Buffer>, certificate: string, file: string): Promise<void> {
  const words = ['cms', '-encrypt', '-binary', '-stream', '-outform', 'DER', '-aes-256-gcm', '-recip', certificate]
  try {
    await pipeThrough(['openssl', ...words], content, file)
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    throw new NexusError('escape.not_sealed', 'unavailable', `The escape kit could not be sealed: ${why}.`, {
      hint: 'openssl 3 has to be installed beside nexusd.',
    })
  }
}
