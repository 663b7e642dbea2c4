import { readFileSync } from 'node:fs'

const needed = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21 } as const

export type Machine = {
  readonly platform: string
  readonly userId: number
  readonly capabilities: bigint
  readonly filesystems: string
}

/** Why real hosts cannot run on such a machine, in one sentence; nothing when they can. */
export function whyNot(machine: Machine): string | undefined {
  if (machine.platform !== 'linux') return `The lab needs Linux, and this is ${machine.platform}.`
  if (machine.userId !== 0) return 'The lab needs root, because its hosts are system containers.'
  for (const [name, bit] of Object.entries(needed)) {
    if (!(machine.capabilities & (1n << BigInt(bit)))) return `The lab needs ${name}, which this machine withholds.`
  }
  if (!/\boverlay$/m.test(machine.filesystems)) return 'The lab needs overlayfs, which this kernel does not offer.'
  return undefined
}

export function whyNoLab(): string | undefined {
  if (process.platform !== 'linux')
    return whyNot({ platform: process.platform, userId: -1, capabilities: 0n, filesystems: '' })
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  return whyNot({
    platform: process.platform,
    userId: process.getuid?.() ?? -1,
    capabilities: BigInt(`0x${effective}`),
    filesystems: `${readFileSync('/proc/filesystems', 'utf8')}${moduleHint()}`,
  })
}

/** overlay may be a module that the first mount loads: it is then listed for this kernel, though not yet offered. */
function moduleHint(): string {
  try {
    const release = readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim()
    const modules = readFileSync(`/lib/modules/${release}/modules.dep`, 'utf8')
    return modules.includes('/overlay.ko') ? '\nnodev overlay' : ''
  } catch {
    return ''
  }
}
