const heldMinutes = 60
const mostKnown = 5000

type Meter = { readonly openAgainAt: number; leftOut: number }

/**
 * Which readings of secrets get an entry: the first of a secret by a reader, then one an hour; that one says how many were
 * left out. A step that is tried again and again does not fill the trail. Counted by each node for itself.
 */
export function readingMeter() {
  const meters = new Map<string, Meter>()
  return {
    /** Undefined: told within the hour. Otherwise `done` is for when the entry is committed. */
    take(ref: string, reader: string, at: Date): { readonly leftOut: number; readonly done: () => void } | undefined {
      const name = `${reader} ${ref}`
      const known = meters.get(name)
      if (known && at.getTime() < known.openAgainAt) {
        known.leftOut += 1
        return undefined
      }
      const done = () => {
        if (meters.size >= mostKnown) meters.clear()
        meters.set(name, { openAgainAt: at.getTime() + heldMinutes * 60_000, leftOut: 0 })
      }
      return { leftOut: known?.leftOut ?? 0, done }
    },
  }
}
