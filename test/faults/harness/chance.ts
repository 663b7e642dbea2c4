/** Chance that can be had again: the same seed throws the same dice (mulberry32). */
export function chance(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    /** So many of them, in the order they had. */
    sample: <T>(all: readonly T[], count: number): T[] => {
      const left = all.map((each, place) => ({ each, place, lot: next() }))
      const drawn = left.sort((a, b) => a.lot - b.lot).slice(0, count)
      return drawn.sort((a, b) => a.place - b.place).map(({ each }) => each)
    },
  }
}

/** What the environment says, or one of now; it is printed, so that a run can be had again. */
export const seedOf = (text: string | undefined): number => (text ? Number(text) : Date.now() % 1_000_000)
