import { afterAll, beforeAll, expect, test } from 'vitest'
import { pretendApp } from '../../test/harness/pretend-app.ts'

let app: Awaited<ReturnType<typeof pretendApp>>
let hostId: string
beforeAll(async () => {
  app = await pretendApp()
  const of = { region: 'eu-central', plan: 'standard' }
  await app.services.hosts.setPoolTarget(app.me, { ...of, target: 1 })
  const spare = await app.services.hosts.refillOne(app.me, of)
  hostId = spare?.id ?? ''
  await app.services.hosts.connect(app.me, hostId)
})
afterAll(() => app.stop())

async function tokenOf(name: string, role: 'platform' | 'auditor'): Promise<string> {
  const { access } = app.services
  const person = await access.createPerson(app.me, { name, email: `${name}@example.test`, roles: [role] })
  return (await access.createToken(app.me, { name: 'test', personId: person.id })).text
}
const ask = (token: string, path: string, body?: object) =>
  fetch(`${app.address}/api/v1${path}`, {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })

/** The text of a stream up to how it ended. */
async function heard(token: string, path: string): Promise<string> {
  const reader = (await ask(token, path)).body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (reader && !/event: ended\n.*\n\n/.test(text)) {
    const { value, done } = await reader.read()
    if (done) break
    text += decoder.decode(value)
  }
  await reader?.cancel()
  return text
}

/** S3-125 */
test('a command is asked for, heard as it runs by whoever asked, and read by an auditor', async () => {
  const ann = await tokenOf('ann', 'platform')
  const eve = await tokenOf('eve', 'auditor')
  const begun = await ask(ann, `/hosts/${hostId}/exec`, { command: 'uptime', reason: 'a look' })
  const { transcriptId } = (await begun.json()) as { transcriptId: string }
  const stream = await heard(ann, `/hosts/transcripts/${transcriptId}/output`)
  const shown = await (await ask(eve, `/hosts/transcripts/${transcriptId}`)).json()

  expect(begun.status).toBe(202)
  expect(stream).toContain('pretend: nothing was run')
  expect(stream).toMatch(/event: ended\ndata: .*"exit":0/)
  expect(shown).toMatchObject({ command: 'uptime', state: 'ended', exit: 0 })
  expect((await ask(eve, `/hosts/transcripts/${transcriptId}/output`)).status).toBe(403)
  expect((await ask(eve, `/hosts/${hostId}/exec`, { command: 'uptime', reason: 'a look' })).status).toBe(403)
  expect((await ask(ann, `/hosts/transcripts/${transcriptId}`)).status).toBe(403)
})

test('on a host of a customer it takes another person, who sees the command, and is good for once', async () => {
  const cat = await tokenOf('cat', 'platform')
  const ben = await tokenOf('ben', 'platform')
  await app.db.rows('update host set was_live = true where id = $1', [hostId])
  const wish = { command: 'systemctl restart nginx', reason: 'ticket 812' }
  const exec = async (body: object) => (await ask(cat, `/hosts/${hostId}/exec`, body)).status
  const first = await exec(wish)
  const { items } = (await (await ask(ben, '/approvals?state=open')).json()) as {
    items: { id: string; what: string }[]
  }
  const own = await ask(cat, `/approvals/${items[0]?.id}/approve`, { why: 'mine' })
  const other = await ask(ben, `/approvals/${items[0]?.id}/approve`, { why: 'saw the ticket' })

  expect(items[0]?.what).toContain('systemctl restart nginx')
  expect([first, own.status >= 400, other.status]).toEqual([409, true, 200])
  expect([await exec({ ...wish, command: 'reboot' }), await exec(wish), await exec(wish)]).toEqual([409, 202, 409])
  expect(await exec({ ...wish, command: 'uptime', breakGlass: true })).toBe(202)
  expect(await app.db.rows(`select 1 as ok from audit_entry where action = 'host.alert'`)).toHaveLength(1)
  const mailed = () => app.db.rows(`select subject from notice where subject like '%Alert on host%'`)
  await expect.poll(mailed, { timeout: 10_000 }).toHaveLength(1)
})
