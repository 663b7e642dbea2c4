/** A range of 254 addresses, written as its first three numbers: `10.78.0`. */
export type Prefix = string

/** Where hosts and services of a lab sit in its range. */
export const places = { gateway: 1, services: 2, firstHost: 10, lastHost: 250 } as const

/**
 * The next place after the last one given. An address that was given back rests as long as it can, because its neighbours
 * keep the old host's hardware address in mind for half a minute.
 */
export function nextPlace(taken: ReadonlySet<number>, last: number): number | undefined {
  const count = places.lastHost - places.firstHost + 1
  for (let step = 0; step < count; step += 1) {
    const place = places.firstHost + ((last + 1 - places.firstHost + step) % count)
    if (!taken.has(place)) return place
  }
  return undefined
}

export const addressIn = (prefix: Prefix, place: number): string => `${prefix}.${place}`

export const address6In = (prefix: Prefix, place: number): string =>
  `fd78:${Number(prefix.split('.')[1]).toString(16)}:${Number(prefix.split('.')[2]).toString(16)}::${place.toString(16)}`

/** The hardware address of a place, of those that anybody may give out by himself (RFC 7042, section 2.1). */
export const hardwareAddressIn = (prefix: Prefix, place: number): string =>
  ['02', '6e', ...addressIn(prefix, place).split('.').map(twoDigits)].join(':')

const twoDigits = (number: string) => Number(number).toString(16).padStart(2, '0')

function* candidates(): Generator<Prefix> {
  for (let third = 0; third < 256; third += 1) yield `10.78.${third}`
  for (let third = 0; third < 256; third += 1) yield `172.31.${third}`
  for (let third = 100; third < 256; third += 1) yield `192.168.${third}`
}

/**
 * The first range that overlaps nothing in use. What is in use are the networks (`10.0.0.0/8`) and single addresses the
 * machine has a way to; the default way to everywhere does not count.
 */
export function chooseRange(inUse: readonly string[], wanted?: Prefix): Prefix | undefined {
  const taken = inUse.map(parseNetwork).filter((network) => network !== undefined)
  const isFree = (prefix: Prefix) => {
    const own = parseNetwork(`${prefix}.0/24`)
    return own !== undefined && !taken.some((network) => overlap(network, own))
  }
  if (wanted && isFree(wanted)) return wanted
  for (const prefix of candidates()) if (isFree(prefix)) return prefix
  return undefined
}

type Network = { readonly first: number; readonly last: number }

function parseNetwork(text: string): Network | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text)
  if (!match) return undefined
  const bits = match[5] === undefined ? 32 : Number(match[5])
  if (bits === 0) return undefined
  const address = match.slice(1, 5).reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - bits)
  const first = Math.floor(address / size) * size
  return { first, last: first + size - 1 }
}

const overlap = (a: Network, b: Network) => a.first <= b.last && b.first <= a.last
