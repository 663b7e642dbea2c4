import { parseArgs } from 'node:util'
import { type Release, releaseOf } from './base-image.ts'
import { bytesOf } from './host-record.ts'
import { exits, LabError } from './lab-error.ts'

export const hostVerbs = ['start', 'stop', 'kill', 'cut', 'heal', 'reboot', 'destroy'] as const
export type HostVerb = (typeof hostVerbs)[number]

export type LabCommand =
  | { readonly verb: 'up'; readonly hosts: number; readonly release: Release; readonly json: boolean }
  | { readonly verb: 'down'; readonly all: boolean }
  | { readonly verb: 'status'; readonly json: boolean }
  | { readonly verb: 'mail-list'; readonly json: boolean }
  | { readonly verb: 'mail-show'; readonly id: string; readonly json: boolean }
  | { readonly verb: 'add'; readonly name: string; readonly memory: string | undefined; readonly json: boolean }
  | { readonly verb: 'cert'; readonly names: readonly string[]; readonly seconds: number; readonly json: boolean }
  | { readonly verb: 'trust' }
  | { readonly verb: 'untrust' }
  | { readonly verb: 'daemon' }
  | { readonly verb: 'help' }
  | { readonly verb: HostVerb; readonly name: string }

export const usage = `Real Linux hosts on this machine, as system containers.

  up [--hosts N] [--base bookworm|trixie] [-o json]   bring the lab up; safe to repeat
  down [--all]                                        take it down; --all also destroys its hosts and their disks
  status [-o json]                                    what is up
  add NAME [--memory 2G] [-o json]                    one more host
  start|stop|kill|cut|heal|reboot|destroy NAME        a host (or svc): kill = sudden stop, cut = network cut
  mail list|show ID [-o json]                         the mail that was caught
  cert NAME... --seconds N [-o json]                  a server certificate of the lab's own authority
  trust | untrust                                     let your own browser trust the lab's roots, or no longer

NEXUS_LAB_HOME (default /var/lib/nexus-lab) names the lab; two labs with different homes do not meet.
`

const options = {
  hosts: { type: 'string' },
  base: { type: 'string' },
  all: { type: 'boolean' },
  memory: { type: 'string' },
  seconds: { type: 'string' },
  output: { type: 'string', short: 'o' },
  help: { type: 'boolean', short: 'h' },
  home: { type: 'string' },
} as const

const refuse = (sentence: string) => new LabError('lab.usage', sentence, exits.usage)

/** What was asked, or a refusal that says what is wrong with it. */
export function readArguments(words: readonly string[]): LabCommand {
  const { values, positionals } = parsed(words)
  const [verb = '', ...rest] = positionals
  if (values.help || verb === 'help' || verb === '') return { verb: 'help' }
  if (values.output !== undefined && values.output !== 'json') throw refuse('-o takes json.')
  const json = values.output === 'json'
  if (verb === 'up')
    return {
      verb,
      hosts: number('--hosts', values.hosts ?? '0', 200),
      release: releaseOf(values.base ?? 'bookworm'),
      json,
    }
  if (verb === 'down') return { verb, all: values.all ?? false }
  if (verb === 'status') return { verb, json }
  if (verb === 'trust' || verb === 'untrust' || verb === 'daemon') return { verb }
  if (verb === 'mail') return mail(rest, json)
  if (verb === 'add') {
    if (values.memory && bytesOf(values.memory) === undefined) throw refuse('--memory reads like 2G or 512M.')
    return { verb, name: one('add', rest), memory: values.memory, json }
  }
  if (verb === 'cert') {
    if (rest.length === 0) throw refuse('cert takes one or more names.')
    return { verb, names: rest, seconds: number('--seconds', values.seconds ?? '3600', 10 ** 9), json }
  }
  const hostVerb = hostVerbs.find((known) => known === verb)
  if (!hostVerb) throw refuse(`There is no command ${verb}; \`help\` lists them.`)
  return { verb: hostVerb, name: one(verb, rest) }
}

function mail([what = 'list', ...rest]: string[], json: boolean): LabCommand {
  if (what === 'list') return { verb: 'mail-list', json }
  if (what === 'show') return { verb: 'mail-show', id: one('mail show', rest), json }
  throw refuse('mail takes list, or show and an id.')
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true })
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error))
  }
}

function one(verb: string, rest: readonly string[]): string {
  const [name] = rest
  if (name === undefined || rest.length > 1) throw refuse(`${verb} takes one name.`)
  return name
}

function number(option: string, text: string, most: number): number {
  if (!/^\d+$/.test(text) || Number(text) > most) throw refuse(`${option} takes a number up to ${most}.`)
  return Number(text)
}
