import type { PretendDisk, PretendWorld } from '../../../apps/server/src/platform/adapters/pretend-world.ts'

export type Effects = PretendWorld['effects']

export const effectsBetween = (before: PretendWorld, after: PretendWorld): Effects => ({
  created: after.effects.created - before.effects.created,
  rebuilt: after.effects.rebuilt - before.effects.rebuilt,
  destroyed: after.effects.destroyed - before.effects.destroyed,
  certificates: after.effects.certificates - before.effects.certificates,
  mails: after.effects.mails - before.effects.mails,
})

/** What lies on the hosts that were not there before, without what is of chance: the same for the same story. */
export function placedBetween(before: PretendWorld, after: PretendWorld): unknown {
  const known = new Set(before.servers.map((each) => each.id))
  return after.servers.filter((each) => !known.has(each.id)).map(({ disk }) => shapeOf(disk))
}

const shapeOf = ({ items, armed, wasLive, releases, slots, running, databases, edge, files }: PretendDisk) => ({
  items: items.length,
  armed,
  wasLive,
  releases: releases.length,
  slots: slots.length,
  running: [...running].sort(),
  databases: databases.length,
  files: Object.keys(files).length,
  sites: Object.keys(edge.sites).length,
  keys: Object.keys(edge.keys).length,
  certificates: Object.keys(edge.certificates).length,
})

export const effectsText = (effects: Effects): string =>
  Object.entries(effects)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none'
