import { Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { NexusError } from './errors.ts'
import { outsideCalls } from './outside-calls.ts'
import type { HostAddress, Remote } from './remote.ts'

const at = new Date('2026-11-21T10:00:00Z')
const opened = () => {
  const metrics = new Registry()
  return { metrics, calls: outsideCalls(metrics, { providerCalls: 3, hostPrograms: 2 }, () => at) }
}
const pause = () => new Promise((resolve) => setImmediate(resolve))

/** Counts how many are inside at once. */
function crowd() {
  let inside = 0
  let most = 0
  return {
    most: () => most,
    visit: async () => {
      inside += 1
      most = Math.max(most, inside)
      await pause()
      inside -= 1
    },
  }
}

const host = (hostId: string): HostAddress => ({ hostId, address: '192.0.2.1', port: 22, user: 'root', hostKey: 'k' })
const program = { name: 'look', script: 'true', timeoutSeconds: 1 }

function remoteOf(visit: () => Promise<void>): Remote {
  return {
    run: async () => {
      await visit()
      return { exit: 0, events: [], noise: '', stderr: '', seconds: 0 }
    },
    upload: visit,
    scanHostKey: async () => '',
    forget: async () => {},
    close: async () => {},
  }
}

describe('a thousand calls', () => {
  test('to one provider are worked off three at a time, none is lost', async () => {
    const { metrics, calls } = opened()
    const people = crowd()
    const port = calls.provider('acme', { name: 'x', order: people.visit })

    await Promise.all(Array.from({ length: 1000 }, () => port.order()))

    expect(people.most()).toBe(3)
    expect(port.name).toBe('x')
    expect(await metrics.metrics()).toContain(
      'nexus_provider_call_seconds_count{provider="acme",call="order",outcome="answered"} 1000',
    )
  })

  test('to one host run two at a time, and do not hold up another host', async () => {
    const { metrics, calls } = opened()
    const [busy, other] = [crowd(), crowd()]
    const remote = calls.remote(remoteOf(busy.visit))
    const elsewhere = calls.remote(remoteOf(other.visit))

    await Promise.all([
      ...Array.from({ length: 999 }, () => remote.run(host('a'), program)),
      elsewhere.run(host('b'), program),
    ])

    expect([busy.most(), other.most()]).toEqual([2, 1])
    expect(await metrics.metrics()).toContain('nexus_ssh_program_exits_total{exit="zero"} 1000')
  })
})

describe('the last call to a provider', () => {
  test('is remembered with how it ended', async () => {
    const { calls } = opened()
    const port = calls.provider('mail', {
      send: async () => {
        throw new NexusError('mail.away', 'unavailable', 'nobody answers')
      },
    })

    await expect(port.send()).rejects.toMatchObject({ code: 'mail.away' })

    expect(calls.lastCalls()).toEqual([
      { provider: 'mail', call: 'send', at, kind: 'unavailable', why: 'nobody answers' },
    ])
  })
})
