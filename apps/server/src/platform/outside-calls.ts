import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { NexusError, toFailure } from './errors.ts'
import type { Remote } from './remote.ts'
import { traced } from './tracing.ts'
import { type WaitingLine, waitingLine } from './waiting-line.ts'

export type LastCall = {
  readonly provider: string
  readonly call: string
  readonly at: Date
  /** `answered`, or the kind of error it ended with. */
  readonly kind: string
  readonly why: string
}

export type OutsideLimits = {
  /** Calls to one provider at once. */
  readonly providerCalls: number
  /** Programs and uploads on one host at once. */
  readonly hostPrograms: number
}

const mostWaiting = 5000

/**
 * The one way out: every call to a provider and every program for a host goes through a line of its own, is counted and
 * timed, and leaves a span. Limits hold for one node.
 */
export function outsideCalls(metrics: Registry, limits: OutsideLimits, now: () => Date) {
  const providers = new Map<string, WaitingLine>()
  const hosts = new Map<string, WaitingLine>()
  const last = new Map<string, LastCall>()
  const seen = outsideMetrics(metrics, providers, hosts)

  const lineOf = (lines: Map<string, WaitingLine>, name: string, atOnce: number) => {
    const known = lines.get(name)
    if (known) return known
    const fresh = waitingLine({ atOnce, waiting: mostWaiting }, () => tooBusy(name))
    lines.set(name, fresh)
    return fresh
  }

  async function inLine<T>(line: WaitingLine, work: () => Promise<T>): Promise<T> {
    const leave = await line.enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }

  async function timed<T>(
    ended: (outcome: string, seconds: number, why: string) => void,
    work: () => Promise<T>,
  ): Promise<T> {
    const begun = performance.now()
    const seconds = () => (performance.now() - begun) / 1000
    try {
      const answer = await work()
      ended('answered', seconds(), '')
      return answer
    } catch (thrown) {
      const { kind, message } = toFailure(thrown)
      ended(kind, seconds(), message)
      throw thrown
    }
  }

  /** Every function of the port, each of which answers a promise; what is no function stays as it is. */
  function provider<Port extends object>(name: string, port: Port): Port {
    const line = lineOf(providers, name, limits.providerCalls)
    const watched = Object.entries(port).map(([call, member]: [string, unknown]) => {
      if (typeof member !== 'function') return [call, member]
      const through = (...given: unknown[]) =>
        inLine(line, () =>
          traced(`${name} ${call}`, { 'nexus.provider': name }, () =>
            timed(
              (outcome, seconds, why) => {
                seen.providerCall.observe({ provider: name, call, outcome }, seconds)
                last.set(name, { provider: name, call, at: now(), kind: outcome, why })
              },
              async () => member.apply(port, given) as unknown,
            ),
          ),
        )
      return [call, through]
    })
    // The members are the same ones by name and by type, each with the line before it.
    return Object.fromEntries(watched) as Port
  }

  /** Programs and uploads wait for their host; other hosts are not held up. */
  function remote(given: Remote): Remote {
    const onHost = <T>(
      hostId: string,
      name: string,
      work: (note: (exit: number) => void) => Promise<T>,
    ): Promise<T> => {
      const line = lineOf(hosts, hostId, limits.hostPrograms)
      return inLine(line, () =>
        traced(`host: ${name}`, { 'nexus.host': hostId }, (note) =>
          timed(
            (outcome, seconds) => seen.hostProgram.observe({ outcome }, seconds),
            () => work((exit) => note({ 'nexus.exit': exit })),
          ),
        ),
      ).finally(() => {
        if (line.inside() === 0 && line.waiting() === 0) hosts.delete(hostId)
      })
    }
    return {
      ...given,
      run: (host, program, onEvent) =>
        onHost(host.hostId, program.name, async (note) => {
          const result = await given.run(host, program, onEvent)
          note(result.exit)
          seen.exits.inc({ exit: result.exit === 0 ? 'zero' : 'other' })
          return result
        }),
      upload: (host, path, content, mode) =>
        onHost(host.hostId, 'upload', () => given.upload(host, path, content, mode)),
    }
  }

  /** How the last call to each provider that was ever asked ended. */
  const lastCalls = (): readonly LastCall[] => [...last.values()]

  return { provider, remote, lastCalls }
}

export type OutsideCalls = ReturnType<typeof outsideCalls>

function outsideMetrics(
  metrics: Registry,
  providers: ReadonlyMap<string, WaitingLine>,
  hosts: ReadonlyMap<string, WaitingLine>,
) {
  const registers = [metrics]
  const buckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300]
  const total = (lines: ReadonlyMap<string, WaitingLine>, of: (line: WaitingLine) => number) =>
    [...lines.values()].reduce((sum, line) => sum + of(line), 0)
  new Gauge({
    name: 'nexus_provider_calls',
    help: 'Calls to each provider that are on their way or wait for their turn.',
    labelNames: ['provider', 'state'],
    registers,
    collect() {
      for (const [provider, line] of providers) {
        this.set({ provider, state: 'running' }, line.inside())
        this.set({ provider, state: 'waiting' }, line.waiting())
      }
    },
  })
  new Gauge({
    name: 'nexus_ssh_programs',
    help: 'Programs and uploads on hosts that run or wait for their turn.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set(
        { state: 'running' },
        total(hosts, (line) => line.inside()),
      )
      this.set(
        { state: 'waiting' },
        total(hosts, (line) => line.waiting()),
      )
    },
  })
  return {
    providerCall: new Histogram({
      name: 'nexus_provider_call_seconds',
      help: 'How long calls to providers took, by outcome: answered, or the kind of error.',
      labelNames: ['provider', 'call', 'outcome'],
      buckets,
      registers,
    }),
    hostProgram: new Histogram({
      name: 'nexus_ssh_program_seconds',
      help: 'How long programs and uploads on hosts took, by outcome: answered, or the kind of error.',
      labelNames: ['outcome'],
      buckets,
      registers,
    }),
    exits: new Counter({
      name: 'nexus_ssh_program_exits_total',
      help: 'Programs on hosts that ended, by exit code: zero or another.',
      labelNames: ['exit'],
      registers,
    }),
  }
}

const tooBusy = (name: string) =>
  new NexusError('outside.too_busy', 'unavailable', `${mostWaiting} calls wait for ${name} already.`, {
    hint: 'Look at /metrics: either it is slow, or the limit providerCalls or hostPrograms is too low.',
  })
