import { request } from 'node:http'
import { NexusError } from '../errors.ts'
import type { PretendVerbs } from './pretend-verbs.ts'
import { type Asked, readAnswer, toWire } from './pretend-world-wire.ts'

/** The step that asks now, where a run asks. */
export type WhoAsks = () => { readonly run: string; readonly step: string } | undefined

/** The pretend world of another process: the same words, each asked over its socket. */
export function farWorld(socket: string, whoAsks: WhoAsks): PretendVerbs {
  const part = <Name extends keyof PretendVerbs>(
    name: Name,
    verbs: VerbsOf<PretendVerbs[Name]>,
    known: object = {},
  ) => ({
    ...known,
    ...Object.fromEntries(
      Object.keys(verbs).map((verb) => [verb, (...args: unknown[]) => ask({ part: name, verb, args })]),
    ),
  })
  const ask = async ({ part, verb, args }: Pick<Asked, 'part' | 'verb' | 'args'>): Promise<unknown> => {
    const { run = '', step = '' } = whoAsks() ?? {}
    const events = part === 'remote' && verb === 'run' ? args[2] : undefined
    const sent = { part, verb, args: events === undefined ? args : args.slice(0, 2), pid: process.pid, run, step }
    const answer = readAnswer(await post(socket, toWire(sent)))
    if (typeof events === 'function') {
      for (const each of (answer as { events: readonly unknown[] }).events) events(each)
    }
    return answer
  }
  const asked = true
  const can = { create: true, rebuild: true, destroy: true }
  const onHosts = {
    create: asked,
    rebuild: asked,
    destroy: asked,
    list: asked,
    find: asked,
    findByLabel: asked,
  } as const
  const onRemote = {
    run: asked,
    placeFile: asked,
    upload: asked,
    scanHostKey: asked,
    forget: asked,
    close: asked,
  } as const
  const ofAuthority = {
    newAccountKey: asked,
    openAccount: asked,
    placeOrder: asked,
    lookAtOrder: asked,
    proveNames: asked,
    finalize: asked,
    download: asked,
    suggestedRenewal: asked,
  } as const
  const onDns = { ensure: asked, withdraw: asked, look: asked } as const
  // A border: what comes back over the socket is what the same verb answers in the other process.
  return {
    hosts: part('hosts', onHosts, { name: 'pretend', can }),
    remote: part('remote', onRemote),
    outside: part('outside', { ask: asked, shakeHands: asked }),
    acme: part('acme', ofAuthority, { directoryUrl: 'https://ca.pretend.invalid/directory' }),
    dns: part('dns', onDns, { name: 'pretend' }),
    mail: part('mail', { send: asked }),
  } as unknown as PretendVerbs
}

/** Every verb of a port by its name: one that is added has to be named here, too. */
type VerbsOf<Port> = {
  readonly [Name in keyof Port as Port[Name] extends (...args: never[]) => unknown ? Name : never]: true
}

const post = (socketPath: string, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const gone = (cause: unknown) =>
      reject(
        new NexusError('pretend.no_world', 'unavailable', 'The process of the pretend world does not answer.', {
          hint: 'Start it, or leave the setting pretendSocket empty.',
          cause,
        }),
      )
    const asking = request({ socketPath, path: '/ask', method: 'POST' }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('error', gone)
      response.on('end', () => resolve(text))
    })
    asking.on('error', gone)
    asking.end(body)
  })
