import { join } from 'node:path'
import type { ItemOf } from '@nexus/client'
import type { Lab } from '@nexus/lab'
import type { Api } from '../api.ts'
import { duration, type Io } from '../io.ts'
import type { WatchedStep } from '../watching.ts'
import type { QuickstartFlags } from './flags.ts'
import type { QuickstartPlace } from './lab-settings.ts'

/** What `--json` prints: one object, on stdout, at the end. */
export type Outcome = {
  readonly state: string
  readonly order: string
  readonly ticket: string
  readonly hosts: 'lab' | 'own' | 'pretend'
  readonly host: { readonly name: string; readonly address: string } | undefined
  readonly urls: Readonly<Record<string, string>>
  readonly seconds: number
  readonly steps: readonly WatchedStep[]
  readonly reason?: string
  readonly lookAround: readonly string[]
}

type InstanceView = ItemOf<'listInstances'>

type Given = {
  readonly api: Api
  readonly ticket: string
  readonly watched: { readonly state: string; readonly steps: readonly WatchedStep[] }
  readonly hosts: 'lab' | 'own' | 'pretend'
  readonly lab: Lab | undefined
  readonly server: string
  readonly place: QuickstartPlace
  readonly root: string
  readonly seconds: number
}

export async function summaryOf({
  api,
  ticket,
  watched,
  hosts,
  lab,
  server,
  place,
  root,
  seconds,
}: Given): Promise<Outcome> {
  const order = await api.call('getOrder', { params: { number: ticket } })
  const instances = await api.call('listInstances', { query: { limit: 200 } }).catch(() => ({ items: [] }))
  const instance = instances.items.find((each) => each.orderId === order.id)
  const host = instance && (await api.call('getHost', { params: { hostId: instance.hostId } }).catch(() => undefined))
  const address = host?.address
  return {
    state: watched.state,
    order: order.orderNumber ?? '',
    ticket,
    hosts,
    host: host && address ? { name: host.name, address } : undefined,
    urls: instance
      ? { console: `${server}/`, api: `${server}/docs`, app: instance.appUrl, instanceApi: instance.apiUrl }
      : { console: `${server}/` },
    seconds: Math.round(seconds * 10) / 10,
    steps: watched.steps,
    ...(order.blocked ? { reason: order.blocked.reason } : {}),
    lookAround: lookAround({ instance, address, lab, server, place, root, ticket }),
  }
}

function lookAround({
  instance,
  address,
  lab,
  server,
  place,
  root,
  ticket,
}: {
  instance: InstanceView | undefined
  address: string | undefined
  lab: Lab | undefined
  server: string
  place: QuickstartPlace
  root: string
  ticket: string
}): string[] {
  const ctl = join(root, 'bin/nexusctl')
  const port = new URL(server).port
  const name = instance && new URL(instance.appUrl).hostname
  const resolve = (host: string) => `--resolve ${host}:443:${address}`
  return [
    ...(instance && name && address && lab
      ? [
          `curl --cacert ${lab.acme.root} ${resolve(name)} ${instance.appUrl}/`,
          `curl --cacert ${lab.acme.root} ${resolve(new URL(instance.apiUrl).hostname)} ${instance.apiUrl}/health`,
        ]
      : []),
    `${ctl} order show ${ticket}`,
    `${ctl} run show deliver-order:${ticket}:1`,
    `${ctl} host list`,
    `${ctl} trail tail`,
    ...(lab ? [`${ctl} lab status`, `${ctl} lab trust`] : []),
    `ssh -L ${port}:127.0.0.1:${port}${lab ? ` -L ${new URL(lab.mail.page).port}:127.0.0.1:${new URL(lab.mail.page).port}` : ''} <this machine>`,
    `cat ${place.tokenFile}`,
  ]
}

export function printSummary(io: Io, outcome: Outcome, flags: QuickstartFlags, lab?: Lab): void {
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(outcome)}\n`)
    return
  }
  const pretend = outcome.hosts === 'pretend' ? ' on PRETEND hosts' : ''
  io.say('')
  io.say(
    `${outcome.ticket} is ${outcome.state}${pretend} after ${duration(outcome.seconds)}.${outcome.reason ? ` ${outcome.reason}` : ''}`,
  )
  for (const [name, url] of Object.entries(outcome.urls)) io.say(`  ${name.padEnd(12)} ${url}`)
  if (outcome.host) io.say(`  ${'host'.padEnd(12)} ${outcome.host.name} at ${outcome.host.address}`)
  if (lab) io.say(`  ${'sign-in'.padEnd(12)} the admin's invite is in the mail catcher: ${lab.mail.page}`)
  io.say('Look around:')
  for (const line of outcome.lookAround) io.say(`  ${line}`)
  if (flags.keep) io.say('It keeps running in the background. Stop it: ./bin/quickstart --stop')
}
