import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { chmod, chown, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NexusError } from '../platform/errors.ts'
import { runProgram } from '../platform/local-program.ts'
import type { Step } from './install-plan.ts'
import { copyRelease } from './release-copy.ts'

const idOf = (file: string, name: string): number | undefined => {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`))
  return line === undefined ? undefined : Number(line.split(':')[2])
}
const userId = (name: string) => idOf('/etc/passwd', name)
const groupId = (name: string) => idOf('/etc/group', name)

/** Whether it is so already. */
export function isDone(step: Step): boolean {
  switch (step.kind) {
    case 'user':
      return userId(step.name) !== undefined
    case 'folder': {
      const found = statSync(step.path, { throwIfNoEntry: false })
      if (!found) return false
      return (found.mode & 0o777) === step.mode && found.uid === userId(step.owner) && found.gid === groupId(step.group)
    }
    case 'copy':
      return existsSync(step.to)
    case 'key':
    case 'settings':
      return existsSync(step.path)
    case 'unit':
      return existsSync(step.path) && readFileSync(step.path, 'utf8') === step.text
    case 'link':
      return (
        lstatSync(step.path, { throwIfNoEntry: false })?.isSymbolicLink() === true &&
        readlinkSync(step.path) === step.to
      )
  }
}

export async function apply(step: Step): Promise<void> {
  switch (step.kind) {
    case 'user':
      return addUser(step.name)
    case 'folder':
      return ownFolder(step)
    case 'copy':
      return copyRelease(step.from, step.to)
    case 'key':
      return put(step.path, `${randomBytes(32).toString('base64')}\n`, 0o600, 0)
    case 'settings':
      return put(step.path, step.text, 0o640, groupId('nexus') ?? 0)
    case 'unit':
      return put(step.path, step.text, 0o644, 0)
    case 'link':
      return lead(step.path, step.to)
  }
}

async function addUser(name: string): Promise<void> {
  const words = [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/var/lib/nexus',
    '--shell',
    '/usr/sbin/nologin',
  ]
  const { exit, err } = await runProgram(['useradd', ...words, name])
  if (exit !== 0)
    throw new NexusError('install.no_user', 'conflict', `The user ${name} could not be made: ${err.trim()}`)
}

/** What another user keeps there is not taken from them. */
async function ownFolder({ path, mode, owner, group }: Extract<Step, { kind: 'folder' }>): Promise<void> {
  const uid = userId(owner) ?? 0
  const found = statSync(path, { throwIfNoEntry: false })
  if (found && found.uid !== uid && found.uid !== 0) throw ofAnother(path, owner)
  if (found?.uid === 0 && uid !== 0 && existsSync(`${path}/postgres`)) throw ofAnother(path, owner)
  await mkdir(path, { recursive: true })
  await chown(path, uid, groupId(group) ?? 0)
  await chmod(path, mode)
}

const ofAnother = (path: string, owner: string) =>
  new NexusError('install.folder_of_another', 'conflict', `${path} is in use by another user than ${owner}.`, {
    hint: `Stop what uses it, then: chown -R ${owner}:${owner} ${path}. Nothing was changed.`,
  })

async function put(path: string, text: string, mode: number, gid: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(`${path}.new`, text, { mode })
  await chmod(`${path}.new`, mode)
  await chown(`${path}.new`, 0, gid)
  await rename(`${path}.new`, path)
}

/** At once: there is no moment without a link. A file of somebody else is not replaced. */
async function lead(path: string, to: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found && !found.isSymbolicLink())
    throw new NexusError('install.in_the_way', 'conflict', `${path} is there and not ours.`, { hint: 'Move it away.' })
  await rm(`${path}.new`, { force: true })
  await symlink(to, `${path}.new`)
  await rename(`${path}.new`, path)
}
