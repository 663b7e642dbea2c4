import type { HostFacts } from './host-facts.ts'

const pools = ['172.30.0.0/16', '172.29.0.0/16', '10.213.0.0/16', '192.168.208.0/20'] as const

/** The range Docker may use: the first that overlaps no network of the host. */
export function dockerRange(facts: Pick<HostFacts, 'addresses' | 'routes'>): string {
  const used = [...facts.addresses, ...facts.routes].map(span).filter((each) => each !== undefined)
  const isFree = (range: string) => {
    const own = span(range)
    return own !== undefined && !used.some((each) => each.first <= own.last && own.first <= each.last)
  }
  return pools.find(isFree) ?? pools[0]
}

function span(text: string): { first: number; last: number } | undefined {
  const [, a, b, c, d, bits = '32'] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text) ?? []
  if (d === undefined) return undefined
  const size = 2 ** (32 - Number(bits))
  const address = [a, b, c, d].reduce((sum, part) => sum * 256 + Number(part), 0)
  const first = Math.floor(address / size) * size
  return { first, last: first + size - 1 }
}
