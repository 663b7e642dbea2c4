import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { outputOf } from '../platform/command-output.ts'
import { NexusError } from '../platform/errors.ts'

type KeySettings = {
  readonly home: string
  readonly masterKey: string
  readonly masterKeyFile: string
  readonly masterKeyCommand: readonly string[]
}

const decoded = (text: string): Buffer => Buffer.from(text.trim(), 'base64')

/** From the command, the variable or the file, in this order; a file is made at the first start. */
export function readMasterKey(settings: KeySettings, path?: string): Buffer {
  const { home, masterKey, masterKeyFile, masterKeyCommand } = settings
  mkdirSync(home, { recursive: true, mode: 0o755 })
  if (masterKeyCommand.length > 0) return decoded(outputOf(masterKeyCommand, path))
  if (masterKey) return decoded(masterKey)
  if (!existsSync(masterKeyFile)) {
    refuseOldPlace(home, masterKeyFile)
    mkdirSync(dirname(masterKeyFile), { recursive: true, mode: 0o755 })
    writeFileSync(masterKeyFile, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  }
  return readKeyFile(masterKeyFile)
}

/** The master key of a Nexus that ran before, from where it is; none is made. */
export function existingMasterKey(settings: Partial<KeySettings>, path?: string): Buffer {
  const { masterKey, masterKeyFile = '', masterKeyCommand = [] } = settings
  if (masterKeyCommand.length > 0) return decoded(outputOf(masterKeyCommand, path))
  if (masterKey) return decoded(masterKey)
  if (existsSync(masterKeyFile)) return readKeyFile(masterKeyFile)
  throw new NexusError('secrets.no_master_key', 'missing', `There is no master key in ${masterKeyFile}.`, {
    hint: 'Put the one of this Nexus there, or name it: --master-key FILE.',
  })
}

/** The key to move to; undefined while there is none. */
export const nextMasterKey = ({ masterKeyNextFile }: { masterKeyNextFile: string }): Buffer | undefined =>
  masterKeyNextFile && existsSync(masterKeyNextFile) ? readKeyFile(masterKeyNextFile) : undefined

function readKeyFile(file: string): Buffer {
  // What systemd hands over is closed by its folder, and readable to a group that nobody is in.
  if (!file.startsWith('/run/credentials/') && (statSync(file).mode & 0o077) !== 0) {
    throw new NexusError('config.master_key_open', 'invalid', `The master key ${file} may be read by others.`, {
      hint: `chmod 600 ${file}; who may have read it may open every secret of a copied database: rotate the key.`,
    })
  }
  return decoded(readFileSync(file, 'utf8'))
}

/** A copy of the data directory must not hold the key to it. */
export function refuseBelowHome(home: string, file: string): void {
  if (file === '' || relative(settled(home), settled(file)).startsWith('..')) return
  throw new NexusError('config.master_key_place', 'invalid', `The master key must not lie below ${home}: ${file}.`, {
    hint: `Whoever copies the data would have the key too. Move it, e.g.: mv ${file} ${home}.key`,
  })
}

function refuseOldPlace(home: string, masterKeyFile: string): void {
  const old = join(home, 'master.key')
  if (!existsSync(old)) return
  throw new NexusError('config.master_key_place', 'invalid', `The master key must not lie below ${home}: ${old}.`, {
    hint: `Move it: mv ${old} ${masterKeyFile}`,
  })
}

/** The path without links, also of a file that is not there yet. */
function settled(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const above = dirname(path)
  return above === path ? path : join(settled(above), basename(path))
}
