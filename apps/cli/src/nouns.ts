import type { Command } from 'commander'
import type { Deps } from './deps.ts'

type Noun = {
  readonly description: string
  /** Not shown in the help. */
  readonly hidden?: true
  readonly load: (deps: Deps, program: Command) => Promise<Command>
}

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
  probe: {
    description: 'Look at a host from this machine and tell Nexus what was seen: 0 PASS, 1 WARN, 2 FAIL',
    load: async (deps) => (await import('./probe/probe.ts')).probeCommand(deps),
  },
  pool: {
    description: 'The pool of spare hosts, by region and plan',
    load: async (deps) => (await import('./pool/index.ts')).poolNoun(deps),
  },
  instance: {
    description: "Instances: customers' running environments",
    load: async (deps) => (await import('./instance/index.ts')).instanceNoun(deps),
  },
  stack: {
    description: 'Stacks: what can be run as an instance',
    load: async (deps) => (await import('./stack/index.ts')).stackNoun(deps),
  },
  release: {
    description: 'Releases: immutable versions of a stack',
    load: async (deps) => (await import('./release/index.ts')).releaseNoun(deps),
  },
  secret: {
    description: 'Secrets: kept sealed, named by reference',
    load: async (deps) => (await import('./secret/index.ts')).secretNoun(deps),
  },
  check: {
    description: 'Checks of anything, with their evidence',
    load: async (deps) => (await import('./check/index.ts')).checkNoun(deps),
  },
  identity: {
    description: 'The identity provider of customers: tenants and invites',
    load: async (deps) => (await import('./identity/index.ts')).identityNoun(deps),
  },
  notice: {
    description: 'Notices: messages to people, and whether they arrived',
    load: async (deps) => (await import('./notice/index.ts')).noticeNoun(deps),
  },
  approval: {
    description: 'What takes two people: asked for by one, approved by another',
    load: async (deps) => (await import('./approval/index.ts')).approvalNoun(deps),
  },
  contact: {
    description: 'Contacts at customers',
    load: async (deps) => (await import('./contact/index.ts')).contactNoun(deps),
  },
  trail: {
    description: 'The audit log: who did what, and the proof that nobody rewrote it',
    load: async (deps) => (await import('./trail/index.ts')).trailNoun(deps),
  },
  access: {
    description: 'People, roles and API tokens of Nexus itself',
    load: async (deps) => (await import('./access/index.ts')).accessNoun(deps),
  },
  admin: {
    description: 'Nexus itself, on its own machine: backup, restore, upkeep',
    load: async (deps) => (await import('./admin/index.ts')).adminNoun(deps),
  },
  context: {
    description: 'Servers and tokens that are kept by name',
    load: async (deps) => (await import('./context/index.ts')).contextNoun(deps),
  },
  login: {
    description: 'Try a token (from stdin, or the file of --token-file) and keep it with its server',
    load: async (deps) => (await import('./context/login.ts')).loginCommand(deps),
  },
  judge: {
    description: 'Judge a canary by two series of counts: 0 go, 1 stop, 3 undecided',
    load: async (deps) => (await import('./judge/judge.ts')).judgeCommand(deps),
  },
  lab: {
    description: 'Real Linux hosts on this machine, to try Nexus with',
    load: async (deps) => (await import('./lab/index.ts')).labNoun(deps),
  },
  completion: {
    description: 'Print what a shell needs to complete words',
    load: async (deps, program) => (await import('./shell/completion.ts')).completionCommand(deps, program),
  },
  version: {
    description: 'Show the version, and whether the server is ready: 0 when it is, 1 otherwise',
    load: async (deps) => (await import('./shell/version.ts')).versionCommand(deps),
  },
  docs: {
    description: 'Print the reference of all commands as Markdown',
    hidden: true,
    load: async (deps, program) => (await import('./shell/docs.ts')).docsCommand(deps, program),
  },
}
