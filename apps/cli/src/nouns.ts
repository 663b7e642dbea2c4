import type { Command } from 'commander'
import type { Deps } from './deps.ts'

type Noun = { readonly description: string; readonly load: (deps: Deps) => Promise<Command> }

/** What the first word may be. A noun's files are read when it is asked for, so that starting stays quick. */
export const nouns: Readonly<Record<string, Noun>> = {
  order: {
    description: 'Orders: tickets, their clocks and what they wait for',
    load: async (deps) => (await import('./order/index.ts')).orderNoun(deps),
  },
  run: {
    description: 'Runs of flows: every step, as it happens',
    load: async (deps) => (await import('./run/index.ts')).runNoun(deps),
  },
  host: {
    description: 'Hosts: inventory, facts, baseline and preflight',
    load: async (deps) => (await import('./host/index.ts')).hostNoun(deps),
  },
}
