import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { backupFolder } from '../platform/adapters/backup-folder.ts'
import { backupS3 } from '../platform/adapters/backup-s3.ts'
import { backupSftp } from '../platform/adapters/backup-sftp.ts'
import type { BackupPlace } from '../platform/backup-place.ts'
import { NexusError } from '../platform/errors.ts'
import type { Settings } from './settings.ts'

/** The place that a word names: a folder, `sftp://user@host[:port]/folder` or `s3://bucket/prefix`. Empty: below home. */
export function backupPlaceOf(word: string, settings: Settings): BackupPlace {
  const named = word || settings.backupTo
  if (named === '') return backupFolder(join(settings.home, 'backups'))
  if (named.startsWith('sftp://')) return sftpOf(new URL(named), settings)
  if (named.startsWith('s3://')) return s3Of(new URL(named), settings)
  if (/^[a-z0-9]+:\/\//.test(named)) {
    throw new NexusError('backup.unknown_place', 'invalid', `Backups cannot be put to ${named.split(':')[0]}://.`, {
      hint: 'A folder, sftp://user@host[:port]/folder or s3://bucket/prefix.',
    })
  }
  return backupFolder(resolve(named))
}

function sftpOf(url: URL, settings: Settings): BackupPlace {
  const { backupHostKey, backupSshKeyFile } = settings
  if (backupHostKey === '' || backupSshKeyFile === '') {
    throw new NexusError(
      'backup.place_incomplete',
      'invalid',
      `${url.host} takes backups over SFTP, but its key is not pinned or there is no key to log in with.`,
      {
        hint: 'Set backupHostKey (ssh-keyscan, compared with the machine) and backupSshKeyFile.',
      },
    )
  }
  return backupSftp({
    address: url.hostname,
    port: Number(url.port || 22),
    user: decodeURIComponent(url.username) || 'root',
    // `//` begins at the root of that machine, `/` in the home of the user.
    folder: decodeURIComponent(url.pathname.slice(1)).replace(/\/+$/, ''),
    hostKey: backupHostKey,
    privateKey: () => readFile(backupSshKeyFile, 'utf8'),
  })
}

function s3Of(url: URL, { backupS3Endpoint, backupS3Region, backupS3CredentialsFile }: Settings): BackupPlace {
  const [id, secret] = backupS3CredentialsFile ? readFileSync(backupS3CredentialsFile, 'utf8').trim().split(/\s+/) : []
  if (!id || !secret) {
    throw new NexusError('backup.place_incomplete', 'invalid', 'There is no key for the bucket.', {
      hint: 'Let backupS3CredentialsFile name a file with the access key id and the secret key, in this order.',
    })
  }
  return backupS3({
    endpoint: backupS3Endpoint || `https://s3.${backupS3Region}.amazonaws.com`,
    region: backupS3Region,
    bucket: url.hostname,
    prefix: decodeURIComponent(url.pathname.slice(1)),
    credentials: { id, secret },
  })
}
