import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Outcome, type QuickstartRun, root, startQuickstart } from './quickstart-run.ts'

const word = Math.random().toString(36).slice(2, 8)

let quickstart: QuickstartRun
let live: Outcome

beforeAll(async () => {
  const home = await mkdtemp('/var/lib/nexus-story-')
  const sample = JSON.parse(await readFile(join(root, 'examples/orders/acme.json'), 'utf8'))
  const order = {
    ...sample,
    orderNumber: `P-${word}`,
    organization: { legalName: `Compose ${word} Ltd` },
    domain: { strategy: 'own_domain', name: `${word}.test` },
    identityOrganization: { mode: 'new', reference: word },
    initialAdminEmail: `admin@${word}.test`,
    payment: { ...sample.payment, paidAt: new Date().toISOString() },
  }
  quickstart = await startQuickstart({
    home,
    labHome: '/var/lib/nexus-lab-story',
    order,
    words: ['--runtime', 'compose'],
  })
  live = await quickstart.untilLive()
})

afterAll(async () => {
  await quickstart?.stop()
  if (quickstart) await rm(quickstart.home, { recursive: true, force: true })
})

describe('a paid order on Docker Compose', () => {
  test('ends live, every step of it done', () => {
    expect(live).toMatchObject({ state: 'Live', hosts: 'lab' })
    expect(live.steps.filter((each) => each.status !== 'done')).toEqual([])
  })

  test('runs its services in containers that nobody reaches past the edge', async () => {
    const services = JSON.parse((await quickstart.ctl('instance', 'services', `${word}.test`, '-o', 'json')).out)
    expect(JSON.stringify(services)).toContain('running')
    for (const port of [4800, 4801, 4802]) {
      await expect(
        fetch(`http://${live.host.address}:${port}/health`, { signal: AbortSignal.timeout(3000) }),
      ).rejects.toThrow()
    }
  })

  test('is noticed when a service of it stops answering', async () => {
    const before = await quickstart.ctl('instance', 'checks', `${word}.test`, '-o', 'json')
    expect(before.exit).toBeLessThanOrEqual(2)
    const lab = await quickstart.lab()
    const servers = (await (
      await fetch(`${lab.provider.url}/servers`, { headers: { authorization: `Bearer ${lab.provider.token}` } })
    ).json()) as { id: string; labels: Record<string, string> }[]
    const server = servers.find((each) => each.labels['ticket'] === live.ticket)
    await fetch(`${lab.provider.url}/servers/${server?.id}/cut`, {
      method: 'POST',
      headers: { authorization: `Bearer ${lab.provider.token}` },
    })

    const { exit, out } = await quickstart.ctl('host', 'preflight', live.host.name)

    expect(exit).toBe(2)
    expect(out).toContain('READINESS: FAIL')
    expect(out).toContain('unknown')
  })
})
