import { access } from 'node:fs/promises'
import { LabError, messageOf } from './lab-error.ts'
import { run } from './lab-process.ts'

/** The Debian package that brings each program the lab calls. */
export const neededPackages = {
  debootstrap: ['/usr/sbin/debootstrap'],
  'debian-archive-keyring': ['/usr/share/keyrings/debian-archive-keyring.gpg'],
  'systemd-container': ['/usr/bin/systemd-nspawn'],
  iproute2: ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'],
  iptables: ['/usr/sbin/iptables', '/sbin/iptables'],
  'openssh-client': ['/usr/bin/ssh-keygen'],
  openssl: ['/usr/bin/openssl'],
} as const

export async function installMissing(
  say: (line: string) => void,
  wanted: Record<string, readonly string[]> = neededPackages,
) {
  const missing: string[] = []
  for (const [name, places] of Object.entries(wanted)) if (!(await anyThere(places))) missing.push(name)
  if (missing.length === 0) return
  say(`Installing what is missing: ${missing.join(' ')}`)
  const apt = { timeoutSeconds: 600, env: { DEBIAN_FRONTEND: 'noninteractive' } }
  const install = () => run(['apt-get', 'install', '-qy', '--no-install-recommends', ...missing], apt)
  try {
    await install().catch(() => run(['apt-get', 'update', '-q'], apt).then(install))
  } catch (error) {
    throw new LabError('lab.package_missing', `Could not install ${missing.join(' ')}: ${messageOf(error)}`, 69)
  }
}

async function anyThere(places: readonly string[]): Promise<boolean> {
  for (const place of places) {
    try {
      await access(place)
      return true
    } catch {}
  }
  return false
}
