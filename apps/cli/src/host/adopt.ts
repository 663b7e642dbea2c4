import type { AnswerOf } from '@nexus/client'
import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { misused } from '../failure.ts'
import { table } from '../io.ts'
import { facts } from '../show.ts'

type Machine = AnswerOf<'readMachine'>
export type AdoptOptions = {
  readonly url: string
  readonly jump?: string
  readonly hostKey?: string
  readonly fingerprint?: string
}

export const adoptCommand = (deps: Deps) =>
  withExamples(
    new Command('adopt')
      .argument('<url>', 'ssh://user@address[:port]; its user has the control key and sudo')
      .option('--jump <user@address:port>', 'a machine in between')
      .option('--host-key <key>', 'with a jump: the public host key, as read on the machine')
      .option('--fingerprint <SHA256:...>', 'the host key, compared on the machine; without it the answer shows it')
      .description('Read an existing machine: what runs there and what differs from the baseline; changes nothing')
      .action((url: string, options: Omit<AdoptOptions, 'url'>) => adopt(deps, { url, ...options })),
    'nexusctl host adopt ssh://root@192.0.2.10',
    'nexusctl host adopt ssh://admin@192.0.2.10:2222 --fingerprint SHA256:mV3... -o json',
  )

export async function adopt({ api, io, now }: Deps, { url, ...options }: AdoptOptions): Promise<void> {
  const found = await api.call('readMachine', { body: { ...placeOf(url), ...options }, timeoutSeconds: 300 })
  io.answer(found, () => machineText(found, now()))
}

function placeOf(url: string): { readonly user: string; readonly address: string; readonly port?: number } {
  const [, user, bracketed, plain, port] =
    /^ssh:\/\/([a-z_][a-z0-9_-]*)@(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+))(?::(\d{1,5}))?\/?$/.exec(url) ?? []
  const address = bracketed ?? plain
  if (user === undefined || address === undefined)
    throw misused(`${url} is no machine.`, 'Write it as ssh://user@address or ssh://user@[address]:port.')
  return { user, address, ...(port === undefined ? {} : { port: Number(port) }) }
}

function machineText(found: Machine, now: Date): string {
  const section = (title: string, part: Machine['unread'][number], head: string[], rows: string[][]) =>
    found.unread.includes(part)
      ? [`\n${title}: unknown, it could not be read`]
      : [`\n${title}:`, rows.length === 0 ? 'none' : table(head, rows)]
  const { os, osVersion, kernel, cpus, memoryMb, diskGb, diskFreeGb } = found.facts
  return [
    facts([
      ['Machine', found.address],
      ['System', `${os} ${osVersion}, kernel ${kernel}`],
      ['Size', `${cpus} CPUs, ${memoryMb} MB, ${diskFreeGb} of ${diskGb} GB free`],
    ]),
    ...section(
      'Services',
      'services',
      ['unit', 'state', 'what'],
      found.services.map((each) => [each.unit, each.state, each.title]),
    ),
    ...section(
      'Listening',
      'sockets',
      ['protocol', 'address', 'port', 'program'],
      found.sockets.map((each) => [each.protocol, each.address, each.port, each.program]),
    ),
    ...section(
      'Sites',
      'sites',
      ['name', 'served by'],
      found.sites.map((each) => [each.name, each.by]),
    ),
    ...section(
      'Certificates',
      'certificates',
      ['names', 'expires', 'file'],
      found.certificates.map((each) => [each.names, expiry(each.expires, now), each.path]),
    ),
    ...section(
      'Timers and cron',
      'schedules',
      ['runs', 'when', 'where'],
      found.schedules.map((each) => [each.runs, each.when, each.where]),
    ),
    ...section(
      'Backup programs',
      'backups',
      ['program', 'scheduled in'],
      found.backups.map((each) => [each.program, each.scheduled || 'nothing that was found']),
    ),
    ...section(
      'Users',
      'users',
      ['user', 'sudo', 'password', 'groups', 'keys'],
      found.users.map((each) => [
        each.name,
        each.sudo,
        each.password,
        each.groups,
        each.keys.map((key) => `${key.fingerprint} ${key.comment}`).join('\n'),
      ]),
    ),
    ...section(
      'Containers',
      'containers',
      ['container', 'image', 'state', 'ports'],
      found.containers.map((each) => [each.name, each.image, each.state, each.ports]),
    ),
    ...baselineText(found),
  ].join('\n')
}

function baselineText({ baseline, notCompared }: Machine): string[] {
  if (!baseline) return [`\nBaseline: unknown, it was not compared: ${notCompared ?? ''}`]
  const differing = baseline.items.filter((each) => each.status === 'differs')
  return [
    `\nBaseline: ${baseline.differs} of ${baseline.items.length} items differ`,
    ...(differing.length === 0
      ? []
      : [
          table(
            ['item', 'found'],
            differing.map((each) => [each.id, each.before]),
          ),
        ]),
  ]
}

function expiry(at: string, now: Date): string {
  const days = Math.floor((new Date(at).getTime() - now.getTime()) / 86_400_000)
  if (Number.isNaN(days)) return 'unknown'
  return days < 0 ? `${at.slice(0, 10)} (EXPIRED)` : `${at.slice(0, 10)} (${days} days)`
}
