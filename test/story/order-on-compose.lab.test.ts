import { mkdtemp, rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runInProject } from '../../apps/server/src/modules/instances/compose-commands.ts'
import type { Placement } from '../../apps/server/src/modules/instances/runtime.ts'
import { runInside } from '../../lab/src/host-machine.ts'
import { labPaths } from '../../lab/src/index.ts'
import { newOrder, type Outcome, type QuickstartRun, serverOf, startQuickstart } from './quickstart-run.ts'

const word = Math.random().toString(36).slice(2, 8)
const labHome = '/var/lib/nexus-lab-story'

let quickstart: QuickstartRun
let live: Outcome

/** The newest result of a check of the only instance. */
const checkOf = async (name: string): Promise<string | undefined> => {
  const [instance] = JSON.parse((await quickstart.ctl('instance', 'list', '-o', 'json')).out) as { id: string }[]
  const { out } = await quickstart.ctl('check', 'list', instance?.id ?? '', '-o', 'json')
  const { items } = JSON.parse(out) as { items: { name: string; status: string }[] }
  return items.find((each) => each.name === name)?.status
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

  describe('has secrets, of which', () => {
    const onHost = async (script: string) => {
      const { id } = await serverOf(quickstart, live.ticket)
      return runInside(labPaths(labHome), id, ['sh', '-c', script])
    }
    /** One a line; of an address its password, too. */
    const known = `for each in /srv/nexus/*/compose/a/secrets/*; do cat "$each"; echo; done |
      sed 'p; s|^postgres://[^:]*:\\([^@]*\\)@.*|\\1|' | sort -u`
    let secrets: string[]
    beforeAll(async () => {
      secrets = (await onHost(known)).trim().split('\n')
      expect(secrets).toHaveLength(6)
    })

    test('none is shown to whoever may ask Docker', async () => {
      const shown = await onHost('docker inspect $(docker ps -aq) && cat /srv/nexus/*/compose/a/compose.json')

      expect(shown).toContain(`api.${word}.test`)
      expect(secrets.filter((each) => shown.includes(each))).toEqual([])
    })

    test('one is read by a command that another value stands in for', async () => {
      const [instance = ''] = (await onHost('ls -d /srv/nexus/ins_*')).trim().split('/').slice(-1)
      const stack = { variables: { SMOKE_TOKEN: { secret: true } }, services: {} }
      const placement = { instance, slot: 'a', stack, compose: undefined } as unknown as Placement
      const print = "process.stdout.write(require('fs').readFileSync(process.env.SMOKE_TOKEN_FILE))"
      const once = { service: 'backend', command: ['/app/bin/node', '-e', print], timeoutSeconds: 30 }
      const said = async (instead: Readonly<Record<string, string>>) => {
        const { exit, out64 } = JSON.parse(await onHost(runInProject(placement, { ...once, instead }).script))
        return [exit, Buffer.from(out64, 'base64').toString()]
      }

      expect(await said({ SMOKE_TOKEN: 'stands in' })).toEqual([0, 'stands in'])
      expect(secrets).toContain((await said({}))[1])
    })

    test('none is in logs, receipts or settings of the host, and the search finds a planted one', async () => {
      const places = '/srv/nexus /var/lib/nexus-host /var/lib/docker/containers /var/log /etc /root /home /tmp /run'
      const found = await onHost(`${known} > /run/planted; grep -rlaF -f /run/planted ${places}; rm /run/planted`)
      const elsewhere = found.trim().split('\n')

      expect(elsewhere.filter((each) => !/^\/srv\/nexus\/[^/]+\/compose\/a\/secrets\//.test(each))).toEqual([
        '/run/planted',
      ])
    })

    test('none is in what a baseline would change', async () => {
      await onHost("for each in /etc/sysctl.d/*nexus*; do echo '# by hand' >> $each; done")
      const { exit, out } = await quickstart.ctl('host', 'baseline', live.host.name, '--dry-run')

      expect(exit).toBe(1)
      expect(out).toContain('# by hand')
      expect(secrets.filter((each) => out.includes(each))).toEqual([])
    })
  })

  test('is noticed by the next probe when a service of it stops, and again when it is back (S0-139..141)', async () => {
    const { id } = await serverOf(quickstart, live.ticket)
    const docker = (verb: string) =>
      runInside(labPaths(labHome), id, ['sh', '-c', `docker ${verb} $(docker ps -aqf name=openclaw)`])
    const probed = (status: string) =>
      vi.waitFor(async () => expect(await checkOf('uptime.openclaw')).toBe(status), {
        timeout: 150_000,
        interval: 1000,
      })

    await docker('stop')
    await probed('fail')
    await docker('start')
    await probed('pass')
  })
})

describe('a host that nobody reaches', () => {
  test('fails its preflight by what could not be looked at', async () => {
    const { provider } = await quickstart.lab()
    const { id } = await serverOf(quickstart, live.ticket)
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
