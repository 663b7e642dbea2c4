import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startS3 } from '../../../test/harness/s3-stand-in.ts'
import type { BackupPlace } from '../backup-place.ts'
import { toFailure } from '../errors.ts'
import { backupFolder } from './backup-folder.ts'
import { backupS3 } from './backup-s3.ts'
import { backupSftp } from './backup-sftp.ts'
import { newHostKey } from './ssh-host-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'nexus-places-'))
const hostKey = newHostKey()
const control = newHostKey()
const bucketKey = { id: 'KEEPER', secret: 'a secret of forty characters, or nearly so' }
const ends: (() => unknown)[] = []
const places: Record<string, BackupPlace> = {}
let bucketAt = ''
let sftpPort = 0

/** The few requests of SFTP that are asked of it, on real files. */
function serveSftp(sftp: ssh2.SFTPWrapper): void {
  const { OK, FAILURE, NO_SUCH_FILE, EOF } = ssh2.utils.sftp.STATUS_CODE
  const handles = new Map<number, Awaited<ReturnType<typeof open>> | string[]>()
  const real = (path: string) => join(folder, 'sftp', path)
  const handle = (opened: Awaited<ReturnType<typeof open>> | string[]) => {
    const name = Buffer.alloc(4)
    name.writeUInt32BE(handles.size)
    handles.set(handles.size, opened)
    return name
  }
  const file = (name: Buffer) => {
    const found = handles.get(name.readUInt32BE(0))
    if (!found || Array.isArray(found)) throw new Error('no file')
    return found
  }
  const answer = (id: number, work: Promise<unknown>) =>
    work.then(
      () => sftp.status(id, OK),
      () => sftp.status(id, FAILURE),
    )
  const fs = import('node:fs/promises')
  const attributes = (path: string) => {
    const { mode, size, uid, gid } = statSync(real(path))
    return { mode, size, uid, gid, atime: 0, mtime: 0 }
  }
  const look = (id: number, path: string) => {
    try {
      sftp.attrs(id, attributes(path))
    } catch {
      sftp.status(id, NO_SUCH_FILE)
    }
  }
  sftp.on('STAT', look)
  sftp.on('LSTAT', look)
  sftp.on(
    'FSTAT',
    (id, name) =>
      void file(name)
        .stat()
        .then(({ mode, size, uid, gid }) => sftp.attrs(id, { mode, size, uid, gid, atime: 0, mtime: 0 })),
  )
  sftp.on('FSETSTAT', (id) => sftp.status(id, OK))
  sftp.on('SETSTAT', (id) => sftp.status(id, OK))
  sftp.on('MKDIR', (id, path) =>
    answer(
      id,
      fs.then((each) => each.mkdir(real(path))),
    ),
  )
  sftp.on('RENAME', (id, from, to) =>
    answer(
      id,
      fs.then((each) => each.rename(real(from), real(to))),
    ),
  )
  sftp.on('REMOVE', (id, path) =>
    answer(
      id,
      fs.then((each) => each.rm(real(path))),
    ),
  )
  sftp.on('OPEN', (id, path, flags) => {
    open(real(path), ssh2.utils.sftp.flagsToString(flags) ?? 'r').then(
      (opened) => sftp.handle(id, handle(opened)),
      () => sftp.status(id, NO_SUCH_FILE),
    )
  })
  sftp.on('WRITE', (id, name, at, data) => answer(id, file(name).write(data, 0, data.length, at)))
  sftp.on('READ', (id, name, at, length) => {
    const into = Buffer.alloc(length)
    void file(name)
      .read(into, 0, length, at)
      .then(({ bytesRead }) => (bytesRead === 0 ? sftp.status(id, EOF) : sftp.data(id, into.subarray(0, bytesRead))))
  })
  sftp.on('OPENDIR', (id, path) => {
    void fs.then((each) => each.readdir(real(path))).then((names) => sftp.handle(id, handle(names)))
  })
  sftp.on('READDIR', (id, name) => {
    const names = handles.get(name.readUInt32BE(0))
    if (!Array.isArray(names) || names.length === 0) return sftp.status(id, EOF)
    const attrs = { mode: 0, size: 0, uid: 0, gid: 0, atime: 0, mtime: 0 }
    return sftp.name(
      id,
      names.splice(0).map((filename) => ({ filename, longname: filename, attrs })),
    )
  })
  sftp.on('CLOSE', (id, name) => {
    const found = handles.get(name.readUInt32BE(0))
    void (found && !Array.isArray(found) ? found.close() : Promise.resolve()).then(() => sftp.status(id, OK))
  })
}

beforeAll(async () => {
  mkdirSync(join(folder, 'sftp'))
  const sshd = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (client) => {
    client.on('error', () => {})
    client.on('authentication', (attempt) => {
      const known =
        attempt.method === 'publickey' && attempt.key.data.toString('base64') === control.publicKey.split(' ')[1]
      if (known) attempt.accept()
      else attempt.reject()
    })
    client.on('ready', () => client.on('session', (accept) => accept().on('sftp', (agree) => serveSftp(agree()))))
  })
  await new Promise<void>((ready) => sshd.listen(0, '127.0.0.1', ready))
  sftpPort = (sshd.address() as AddressInfo).port
  const bucket = await startS3(bucketKey, { safe: { locking: false } })
  bucketAt = bucket.url
  ends.push(
    () => sshd.close(),
    () => bucket.close(),
  )
  places['a folder'] = backupFolder(join(folder, 'deep', 'disk'))
  places['SFTP'] = sftpAs(hostKey.publicKey)
  places['S3'] = bucketAs(bucketKey)
})

afterAll(async () => {
  for (const end of ends) await end()
  rmSync(folder, { recursive: true, force: true })
})

const sftpAs = (key: string) =>
  backupSftp({
    address: '127.0.0.1',
    port: sftpPort,
    user: 'keeper',
    folder: 'deep/disk',
    hostKey: key,
    privateKey: async () => control.privateKey,
  })
const bucketAs = (credentials: typeof bucketKey) =>
  backupS3({ endpoint: bucketAt, region: 'us-east-1', bucket: 'safe', prefix: 'deep/disk', credentials })

describe.each(['a folder', 'SFTP', 'S3'])('%s as a place for backups', (kind) => {
  test('keeps what is put there whole, lists it in order, gives it back and forgets it', async () => {
    const place = places[kind]
    if (!place) throw new Error(kind)
    const content = randomBytes(300_000)
    const file = join(folder, 'given')
    writeFileSync(file, content)

    await place.put('nexus-2-b.sealed', file)
    await place.put('nexus-1-a.sealed', file)
    await place.fetch('nexus-1-a.sealed', join(folder, 'back'))

    expect(await place.list()).toEqual(['nexus-1-a.sealed', 'nexus-2-b.sealed'])
    expect(readFileSync(join(folder, 'back')).equals(content)).toBe(true)
    await place.remove('nexus-1-a.sealed')
    expect(await place.list()).toEqual(['nexus-2-b.sealed'])
    await expect(place.fetch('nexus-1-a.sealed', join(folder, 'none'))).rejects.toThrow()
  })
})

describe('a place that is not ours', () => {
  test('is not written to: an SFTP machine with another key, a bucket that does not know the key or its secret', async () => {
    const file = join(folder, 'given')
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (thrown) => toFailure(thrown).code,
      )

    expect(await codeOf(sftpAs(newHostKey().publicKey).put('nexus-3.sealed', file))).toBe('host.key_changed')
    const [stranger, guesser] = [
      { ...bucketKey, id: 'OTHER' },
      { ...bucketKey, secret: 'wrong' },
    ]
    expect(await codeOf(bucketAs(stranger).put('nexus-3.sealed', file))).toBe('backup.place_refused')
    expect(await codeOf(bucketAs(guesser).put('nexus-3.sealed', file))).toBe('backup.place_refused')
  })
})
