import { randomBytes } from 'node:crypto'
import type { SFTPWrapper } from 'ssh2'
import type { BackupPlace } from '../backup-place.ts'
import { NexusError } from '../errors.ts'
import { plainLine } from '../plain-text.ts'
import { sshLinks } from './ssh-links.ts'

export type SftpOptions = {
  readonly address: string
  readonly port: number
  readonly user: string
  /** Absolute, or relative to the home of that user. */
  readonly folder: string
  readonly hostKey: string
  readonly privateKey: () => Promise<string>
}

type Done = (error?: Error | null) => void

/** A folder on another machine. Its key is pinned like that of any host. */
export function backupSftp(options: SftpOptions): BackupPlace {
  const { address, port, user, folder, hostKey } = options
  const title = `sftp://${user}@${address}:${port}/${folder}`
  const host = { hostId: 'backup', address, port, user, hostKey }

  async function withSftp<T>(work: (sftp: SFTPWrapper) => Promise<T>): Promise<T> {
    const links = sshLinks({ privateKeys: async () => [await options.privateKey()] }, 1)
    try {
      return await links.use(host, async ({ client }) => {
        const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
          client.sftp((error, session) => (error ? reject(error) : resolve(session))),
        )
        try {
          return await work(sftp)
        } catch (thrown) {
          throw refused(title, thrown)
        } finally {
          sftp.end()
        }
      })
    } finally {
      await links.close()
    }
  }
  const at = (name: string) => (folder === '' ? name : `${folder}/${name}`)

  return {
    title,
    put: (name, file) =>
      withSftp(async (sftp) => {
        await makeFolders(sftp, folder)
        const part = at(`.${name}.${randomBytes(4).toString('hex')}`)
        await done((end) => sftp.fastPut(file, part, { mode: 0o600 }, end))
        await done((end) => sftp.rename(part, at(name), end))
      }),
    fetch: (name, file) => withSftp((sftp) => done((end) => sftp.fastGet(at(name), file, end))),
    list: () =>
      withSftp(
        (sftp) =>
          new Promise<readonly string[]>((resolve, reject) =>
            sftp.readdir(folder || '.', (error, found) => {
              if (error) reject(error)
              else
                resolve(
                  found
                    .map((each) => each.filename)
                    .filter((each) => each.startsWith('nexus-'))
                    .sort(),
                )
            }),
          ),
      ),
    remove: (name) => withSftp((sftp) => done((end) => sftp.unlink(at(name), end))),
  }
}

const done = (work: (end: Done) => void) =>
  new Promise<void>((resolve, reject) => work((error) => (error ? reject(error) : resolve())))

async function makeFolders(sftp: SFTPWrapper, folder: string): Promise<void> {
  const parts = folder.split('/')
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const path = parts.slice(0, depth).join('/')
    if (path === '') continue
    const there = await done((end) => sftp.stat(path, (error) => end(error))).then(
      () => true,
      () => false,
    )
    if (!there) await done((end) => sftp.mkdir(path, { mode: 0o700 }, end))
  }
}

const refused = (title: string, thrown: unknown) =>
  new NexusError(
    'backup.place_refused',
    'unavailable',
    `${title} did not do it: ${plainLine(thrown instanceof Error ? thrown.message : String(thrown), 200)}.`,
    { hint: 'Look at the folder, its rights and the free space there.' },
  )
