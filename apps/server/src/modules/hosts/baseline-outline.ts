import { type Actor, requirePermission } from '../../platform/actor.ts'
import { baselineFor } from './baseline-profile.ts'
import type { Desk } from './host-desk.ts'
import type { HostFacts } from './host-facts.ts'

export type Outlined = {
  readonly id: string
  readonly title: string
  readonly packages: string[]
  readonly files: string[]
  readonly units: string[]
}

/** What a person wants to see before a machine of theirs is let in: the key to place, and what will be looked after there. */
export function baselineOutline(desk: Desk) {
  async function controlKey(actor: Actor): Promise<{ readonly publicKey: string }> {
    requirePermission(actor, 'hosts.read')
    return { publicKey: desk.keys.firstKey.trim() }
  }

  /** The list for a machine of this system that Nexus has not talked to yet; `compare` looks at a real one. */
  async function outlineBaseline(
    actor: Actor,
    of: { readonly os: string; readonly osVersion: string; readonly port: number },
  ): Promise<readonly Outlined[]> {
    requirePermission(actor, 'hosts.read')
    const settings = { ...desk.settings, sshPort: of.port, controlKey: desk.keys.firstKey }
    return baselineFor(settings, usualFacts(of)).map(({ id, title, packages = [], files = [], units = [] }) => ({
      id,
      title,
      packages: [...packages],
      files: files.map(({ path }) => path),
      units: [...units],
    }))
  }

  return { controlKey, outlineBaseline }
}

/** A machine with a kernel of its own: the longest list there is. */
const usualFacts = ({ os, osVersion }: { readonly os: string; readonly osVersion: string }): HostFacts => ({
  type: 'facts',
  os,
  osVersion,
  kernel: '',
  architecture: 'x86_64',
  cpus: 1,
  memoryMb: 1024,
  diskGb: 10,
  diskFreeGb: 10,
  virtualization: 'none',
  isContainer: false,
  maySetClock: true,
  hasIpv6: true,
  hasAppArmor: true,
  openssh: '',
  controlAddress: '',
  addresses: [],
  routes: [],
  hostname: '',
  ticket: '',
  wasLive: false,
})
