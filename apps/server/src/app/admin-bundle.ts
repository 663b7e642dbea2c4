import { createWriteStream, existsSync, readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { secretService } from '../modules/secrets/index.ts'
import { writeArchive } from '../platform/archive.ts'
import { now } from '../platform/clock.ts'
import { type Database, openDatabase } from '../platform/db.ts'
import { toFailure } from '../platform/errors.ts'
import { maskOf } from '../platform/masking.ts'
import { secretBox } from '../platform/secret-box.ts'
import { type AdminContext, type AdminVerb, masterKeyOf, withOwnDatabase } from './admin-context.ts'
import { askNexusd } from './ask-nexusd.ts'
import { type Settings, secretSettings } from './settings.ts'
import { bundleParts } from './support-bundle.ts'

const secretFiles = [
  'masterKeyFile',
  'masterKeyNextFile',
  'databaseOwnerUrlFile',
  'signInClientSecretFile',
  'authentikTokenFile',
  'mailPasswordFile',
  'backupSshKeyFile',
  'backupS3CredentialsFile',
  'trailS3SecretFile',
] as const satisfies readonly (keyof Settings)[]

const passwordIn = (text: string): string[] => {
  const { password } = URL.canParse(text) ? new URL(text) : { password: '' }
  return password === '' ? [] : [decodeURIComponent(password)]
}

/** What settings, their files and the database keep secret: no part of a bundle may hold any of it. */
export async function secretsAtHand(context: AdminContext, db: Database | undefined): Promise<readonly string[]> {
  const { settings, actor, say } = context
  const written = secretSettings.flatMap((name) => settings[name] as string | readonly string[])
  const kept = secretFiles
    .map((name) => settings[name])
    .filter((file) => file !== '' && existsSync(file))
    .map((file) => readFileSync(file, 'utf8').trim())
  const open = [...written, ...kept, ...kept.flatMap((each) => each.split(/\s+/))]
  const known = [...open, ...open.flatMap(passwordIn)]
  if (!db) return known
  try {
    const key = masterKeyOf(context)
    const secrets = secretService({ db, box: secretBox(key), now, uses: async () => [] })
    const tenants = await db.rows<{ tenant: string }>('select distinct tenant from secret')
    const sealed = await secrets.valuesOf(
      actor,
      tenants.map(({ tenant }) => tenant),
    )
    return [...known, key.toString('base64'), ...sealed]
  } catch (thrown) {
    say(
      `The secrets of the database cannot be opened, so only what looks like one is masked: ${toFailure(thrown).message}`,
    )
    return known
  }
}

async function withDatabaseIfAny<T>(context: AdminContext, work: (db: Database | undefined) => Promise<T>): Promise<T> {
  let begun = false
  try {
    return await withOwnDatabase(context.settings, async ({ url }) => {
      const db = openDatabase(url, 2)
      begun = true
      return work(db).finally(() => db.close())
    })
  } catch (thrown) {
    if (begun) throw thrown
    context.say(`The database is not to be had: ${toFailure(thrown).message}`)
    return work(undefined)
  }
}

/** For whoever helps: all that says how this Nexus is, and nothing that opens it. */
export const bundle: AdminVerb = (context) =>
  withDatabaseIfAny(context, async (db) => {
    const { settings, flags } = context
    const at = now()
    const name = `nexus-bundle-${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z.tar.gz`
    const file = resolve(flags.to ?? name)
    const deps = {
      settings,
      ask: async (path: string) => (await askNexusd(settings, path)).text,
      logFile: flags.log,
      now,
      mask: maskOf(await secretsAtHand(context, db)),
    }
    const names: string[] = []
    const seen = async function* () {
      for await (const entry of bundleParts({ ...deps, db })) {
        names.push(entry.name)
        yield entry
      }
    }
    await pipeline(writeArchive(seen(), at), createWriteStream(file, { mode: 0o600, flags: 'wx' }))
    const { size } = await stat(file)
    return { value: { file, bytes: size, parts: names }, lines: [`${file}  ${Math.ceil(size / 1000)} kB`, ...names] }
  })
