import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runInside } from '../../lab/src/host-machine.ts'
import { labPaths, type Server } from '../../lab/src/index.ts'
import { type Outcome, type QuickstartRun, root, startQuickstart } from './quickstart-run.ts'

const word = Math.random().toString(36).slice(2, 8)
const labHome = '/var/lib/nexus-lab-story'

let quickstart: QuickstartRun
let live: Outcome

async function newOrder(name: string): Promise<object> {
  const sample = JSON.parse(await readFile(join(root, 'examples/orders/acme.json'), 'utf8'))
  return {
    ...sample,
    orderNumber: `P-${name}`,
    organization: { legalName: `Compose ${name} Ltd` },
    domain: { strategy: 'own_domain', name: `${name}.test` },
    identityOrganization: { mode: 'new', reference: name },
    initialAdminEmail: `admin@${name}.test`,
    payment: { ...sample.payment, paidAt: new Date().toISOString() },
  }
}

const serverOf = async (ticket: string): Promise<Server> => {
  const { provider } = await quickstart.lab()
  const answer = await fetch(`${provider.url}/servers`, { headers: { authorization: `Bearer ${provider.token}` } })
  const found = ((await answer.json()) as Server[]).find((each) => each.labels['ticket'] === ticket)
  if (!found) throw new Error(`The provider has no server of ${ticket}`)
  return found
}

const checkOf = async (domain: string, name: string): Promise<string | undefined> => {
  const { out } = await quickstart.ctl('instance', 'checks', domain, '-o', 'json')
  const found = JSON.parse(out) as { name: string; status: string }[]
  return found.find((each) => each.name === name)?.status
}

beforeAll(async () => {
  const home = await mkdtemp('/var/lib/nexus-story-')
  quickstart = await startQuickstart({
    home,
    labHome,
    order: await newOrder(word),
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

  test('is noticed by the next probe when a service of it stops, and again when it is back (S0-139..141)', async () => {
    const { id } = await serverOf(live.ticket)
    const docker = (verb: string) =>
      runInside(labPaths(labHome), id, ['sh', '-c', `docker ${verb} $(docker ps -aqf name=openclaw)`])
    const probed = (status: string) =>
      vi.waitFor(async () => expect(await checkOf(`${word}.test`, 'uptime.openclaw')).toBe(status), {
        timeout: 150_000,
        interval: 1000,
      })

    await docker('stop')
    await probed('fail')
    await docker('start')
    await probed('pass')
  })
})

describe('a release that cannot be deployed, on real hosts', () => {
  const name = `${word}-b`
  const stack = () => join(quickstart.home, 'stacks/reference')
  const register = async (version: string, change: (manifest: string) => string) => {
    const good = await readFile(join(stack(), 'stack.compose.yaml'), 'utf8')
    const file = `stack.${version}.yaml`
    await writeFile(join(stack(), file), change(good.replace('release: 1.0.0', `release: ${version}`)))
    const { exit, err } = await quickstart.ctl('release', 'register', 'reference', '--manifest', file)
    expect(err).toBe('')
    expect(exit).toBe(0)
  }
  let ticket = ''
  let firstServer: string

  test('has its host rebuilt and is deployed again, twice; then the order is Blocked with what to do (S0-147..151)', async () => {
    await register('1.0.1', (manifest) => manifest.replaceAll('src/backend/migrate.ts', 'src/backend/migrate-gone.ts'))
    const file = join(quickstart.home, 'second.json')
    await writeFile(file, JSON.stringify(await newOrder(name)))
    ticket = JSON.parse((await quickstart.ctl('order', 'create', '--paid', '-f', file, '-o', 'json')).out).ticket

    const watched = await quickstart.ctl('order', 'watch', ticket, '--timeout', '900')
    const shown = JSON.parse((await quickstart.ctl('order', 'show', ticket, '-o', 'json')).out)
    const { steps } = JSON.parse((await quickstart.ctl('run', 'show', `deliver-order:${ticket}:1`, '-o', 'json')).out)

    expect(watched.exit).toBe(1)
    expect(shown).toMatchObject({ state: 'Blocked' })
    expect(JSON.stringify(shown.blocked)).toContain(`nexusctl order retry ${ticket}`)
    const times = (step: string) => steps.filter((each: { name: string }) => each.name === step).length
    expect(times('rebuild the host')).toBe(2)
    expect(times('deploy 5 of 7: migrate the database')).toBe(3)
    firstServer = (await serverOf(ticket)).id
  })

  test('is Live on the same host once the cause is mended and the order retried', async () => {
    await register('1.0.2', (manifest) => manifest)

    const { exit } = await quickstart.ctl('order', 'retry', ticket, '--watch')

    expect(exit).toBe(0)
    expect((await serverOf(ticket)).id).toBe(firstServer)
    expect(JSON.parse((await quickstart.ctl('order', 'show', ticket, '-o', 'json')).out)).toMatchObject({
      state: 'Live',
    })
  })
})

describe('a host that nobody reaches', () => {
  test('fails its preflight by what could not be looked at', async () => {
    const { provider } = await quickstart.lab()
    const { id } = await serverOf(live.ticket)
    const answer = await fetch(`${provider.url}/servers/${id}/cut`, {
      method: 'POST',
      headers: { authorization: `Bearer ${provider.token}` },
    })
    expect(answer.ok).toBe(true)

    const { exit, out } = await quickstart.ctl('host', 'preflight', live.host.name)

    expect(exit).toBe(2)
    expect(out).toContain('READINESS: FAIL')
    expect(out).toContain('unknown')
  })
})
