import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupPlace } from '../backup-place.ts'

/** A folder of this machine: a mounted disk, for instance. */
export function backupFolder(folder: string): BackupPlace {
  return {
    title: folder,
    put: async (name, file) => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const part = join(folder, `.${name}.part`)
      await copyFile(file, part)
      const written = await open(part, 'r+')
      await written.chmod(0o600)
      await written.sync()
      await written.close()
      await rename(part, join(folder, name))
    },
    fetch: (name, file) => copyFile(join(folder, name), file),
    list: async () => (await readdir(folder).catch(() => [])).filter((each) => each.startsWith('nexus-')).sort(),
    remove: (name) => rm(join(folder, name), { force: true }),
  }
}
