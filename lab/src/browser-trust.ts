import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isThere } from './base-image.ts'
import { installMissing } from './debian-packages.ts'
import { run, succeeds } from './lab-process.ts'
import type { Lab } from './lab-view.ts'

const certutil = { 'libnss3-tools': ['/usr/bin/certutil'] }

const nssOf = () => `sql:${join(homedir(), '.pki', 'nssdb')}`

const nicknames = (lab: Lab) => ({ ca: `${lab.bridge} lab CA`, pebble: `${lab.bridge} Pebble root` })

/** Chromium and its kin of the calling user trust what the lab signs, until `untrust`. Nothing of the system is changed. */
export async function trust(lab: Lab, say: (line: string) => void): Promise<void> {
  await installMissing(say, certutil)
  await untrust(lab, say)
  await mkdir(join(homedir(), '.pki', 'nssdb'), { recursive: true, mode: 0o700 })
  if (!(await isThere(join(homedir(), '.pki', 'nssdb', 'cert9.db')))) {
    await run(['certutil', '-d', nssOf(), '-N', '--empty-password'])
  }
  const work = await mkdtemp(join(tmpdir(), 'nexus-lab-trust-'))
  try {
    const names = nicknames(lab)
    for (const [name, file] of [
      [names.ca, lab.ca.cert],
      [names.pebble, lab.acme.root],
    ] as const) {
      const copy = join(work, 'root.pem')
      await writeFile(copy, await readFile(file))
      await run(['certutil', '-d', nssOf(), '-A', '-t', 'C,,', '-n', name, '-i', copy])
    }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  say(
    `Browsers of this user that read ${nssOf()} now trust the lab. Pebble makes a new root at each start: repeat then.`,
  )
  say('For names that end in .test, add a line of this form to /etc/hosts yourself (the lab does not edit it):')
}

export async function untrust(lab: Lab, say: (line: string) => void): Promise<void> {
  if (!(await isThere(join(homedir(), '.pki', 'nssdb', 'cert9.db')))) return
  await installMissing(say, certutil)
  for (const name of Object.values(nicknames(lab)))
    while (await succeeds(['certutil', '-d', nssOf(), '-D', '-n', name]));
}
