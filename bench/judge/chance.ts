/** Seeded chance: sfc32, which passes PractRand; Math.random can be neither seeded nor repeated. */
export type Chance = () => number

export function chanceOf(seed: number): Chance {
  let [a, b, c, counter] = [0x9e3779b9, seed | 0, (seed * 0x85ebca6b) | 0, 1]
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4294967296
  }
  for (let round = 0; round < 16; round += 1) next()
  return next
}

/** Draws from a list of chances that sum to 1. */
export function drawOf(chances: readonly number[]): (chance: Chance) => number {
  const upTo: number[] = []
  let sum = 0
  for (const each of chances) {
    sum += each
    upTo.push(sum)
  }
  return (chance) => {
    const drawn = chance()
    let at = 0
    while (at < upTo.length - 1 && drawn >= (upTo[at] ?? 1)) at += 1
    return at
  }
}

export function binomialChances(n: number, p: number): number[] {
  if (p <= 0) return Array.from({ length: n + 1 }, (_, at) => (at === 0 ? 1 : 0))
  if (p >= 1) return Array.from({ length: n + 1 }, (_, at) => (at === n ? 1 : 0))
  const found: number[] = []
  let log = n * Math.log1p(-p)
  for (let k = 0; k <= n; k += 1) {
    found.push(Math.exp(log))
    log += Math.log((n - k) / (k + 1)) + Math.log(p) - Math.log1p(-p)
  }
  return found
}

/** Binomial without a table: exact by counting gaps, in time n p. */
export function binomial(n: number, p: number, chance: Chance): number {
  if (p <= 0 || n <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - binomial(n, 1 - p, chance)
  const scale = Math.log1p(-p)
  let at = -1
  let found = -1
  while (at < n) {
    found += 1
    at += 1 + Math.floor(Math.log(1 - chance()) / scale)
  }
  return found
}
