import { promises as dns } from 'node:dns'
import { plainLine } from '../plain-text.ts'

export type DnsRecord = { readonly name: string; readonly type: 'A' | 'AAAA' | 'CAA'; readonly value: string }

/** What a name server said to one question. No answer is not the same as "there is nothing". */
export type DnsAnswer =
  | { readonly kind: 'found'; readonly values: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'nxdomain' }
  | { readonly kind: 'no_answer'; readonly why: string }

export type DnsLook = {
  readonly name: string
  readonly a: DnsAnswer
  readonly aaaa: DnsAnswer
  /** The nearest CAA records on the way up, as `<flags> <tag> "<value>"`, and where they were found. */
  readonly caa: DnsAnswer
  readonly caaAt?: string
}

/** Asks the given name servers (`address` or `address:port`), or the machine's own where none are given. */
export function dnsLookup(servers: readonly string[] = []) {
  const resolver = new dns.Resolver({ timeout: 2000, tries: 3 })
  if (servers.length > 0) resolver.setServers([...servers])

  return async (name: string): Promise<DnsLook> => {
    const [a, aaaa, caa] = await Promise.all([
      answerOf(() => resolver.resolve4(name)),
      answerOf(() => resolver.resolve6(name)),
      nearestCaa(resolver, name),
    ])
    return { name, a, aaaa, ...caa }
  }
}

/** RFC 8659: the records of the name itself, else those of the nearest name above it that has any. */
async function nearestCaa(resolver: dns.Resolver, name: string): Promise<{ caa: DnsAnswer; caaAt?: string }> {
  for (let at = name; at.includes('.'); at = at.slice(at.indexOf('.') + 1)) {
    const caa = await answerOf(async () => (await resolver.resolveCaa(at)).map(caaText))
    if (caa.kind === 'found') return { caa, caaAt: at }
    if (caa.kind === 'no_answer') return { caa }
  }
  return { caa: { kind: 'none' } }
}

function caaText(record: object): string {
  const flags: unknown = Reflect.get(record, 'critical')
  const [tag, value] = Object.entries(record).find(([key]) => key !== 'critical' && key !== 'type') ?? ['unknown', '']
  return `${typeof flags === 'number' ? flags : 0} ${tag} "${String(value)}"`
}

async function answerOf(ask: () => Promise<string[]>): Promise<DnsAnswer> {
  try {
    const values = (await ask()).map((value) => plainLine(value, 200))
    return values.length === 0 ? { kind: 'none' } : { kind: 'found', values: values.sort() }
  } catch (thrown) {
    const code = thrown instanceof Error ? String(Reflect.get(thrown, 'code')) : String(thrown)
    if (code === 'ENODATA') return { kind: 'none' }
    if (code === 'ENOTFOUND') return { kind: 'nxdomain' }
    return { kind: 'no_answer', why: code }
  }
}
