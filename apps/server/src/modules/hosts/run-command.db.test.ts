import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { testDatabase } from '../../../test/harness/database.ts'
import { type Actor, grants, type Role, systemActor } from '../../platform/actor.ts'
import { NexusError, toFailure } from '../../platform/errors.ts'
import type { Program, Remote } from '../../platform/remote.ts'
import type { SecondPerson } from '../../platform/second-person.ts'
import { secretBox } from '../../platform/secret-box.ts'
import { hostTranscripts } from './read-transcript.ts'
import { type HostAlert, hostCommands } from './run-command.ts'
import { resealTranscripts } from './transcript-store.ts'

const db = await testDatabase()
const secret = 'hunter2-hunter2'
const person = (name: string, role: Role): Actor => ({ id: `per_${name}`, name, permissions: grants[role] })
const as = systemActor('sweeper')
const ann = person('ann', 'platform')
const eve = person('eve', 'auditor')
const failure = (work: Promise<unknown>) => work.then(() => undefined, toFailure)
const said = (text: string, to = 'out') => ({ type: 'said', to, bytes: Buffer.from(text).toString('base64') })
const wish = { reason: 'ticket 812', breakGlass: false, timeoutSeconds: 60 }

let at: Date
let approved: Set<string>
let used: string[]
beforeEach(async () => {
  at = new Date('2026-03-01T12:00:00Z')
  approved = new Set()
  used = []
  await db.rows('truncate host, host_transcript, host_transcript_part, audit_entry')
  await addHost('hst_spare', false)
  await addHost('hst_live', true)
})

const addHost = (id: string, live: boolean) =>
  db.rows(
    `insert into host (id, name, state, state_since, address, host_key, provider, region, plan, was_live, created_at)
     values ($1, $1, $2, $4, '192.0.2.1', 'ssh-ed25519 KEY', 'static', 'eu', 'own', $3, $4)`,
    [id, live ? 'live' : 'ready', live, at],
  )

/** Says yes to the acts that are in `approved`, each for once. */
const second: SecondPerson = {
  require: async (_actor, { kind, subject, parameters }) => {
    const act = JSON.stringify([kind, subject, parameters])
    if (!approved.delete(act)) {
      approved.add(act)
      throw new NexusError('approvals.needed', 'conflict', 'It takes another person.')
    }
    return { id: 'apr_1' }
  },
  use: async (_tx, _actor, id) => void used.push(id),
}

function world(events: readonly unknown[], thrown?: Error) {
  const sent: Program[] = []
  const alerts: HostAlert[] = []
  const remote: Pick<Remote, 'run'> = {
    run: async (_host, program, onEvent) => {
      sent.push(program)
      for (const event of events) onEvent?.(event)
      if (thrown) throw thrown
      return { exit: 0, events, noise: '', stderr: '', seconds: 0 }
    },
  }
  const ring = secretBox(randomBytes(32))
  const deps = { db, box: ring, now: () => at }
  const commands = hostCommands({
    ...deps,
    remote: remote as Remote,
    secretsOf: async () => [secret],
    second: { exec: second, logs: second },
    tell: async (alert) => void alerts.push(alert),
  })
  return { commands, transcripts: hostTranscripts(deps), sent, alerts, ring }
}

const ok = [said('up 3 days\n'), { type: 'ended', exit: 0 }]
const trail = async () =>
  (await db.rows<{ action: string }>('select action from audit_entry order by id')).map((each) => each.action)

/** S3-125 */
describe('a command on a host', () => {
  test('leaves who, why and how it ended in the trail, and all of it in a transcript', async () => {
    const { commands, transcripts, sent } = world([said('out\n'), said('err\n', 'err'), { type: 'ended', exit: 3 }])
    const begun = await commands.exec(ann, 'hst_spare', { ...wish, command: 'false' })
    await commands.settled()
    const found = await transcripts.show(eve, begun.id)

    expect(found).toMatchObject({ state: 'ended', exit: 3, command: 'false', reason: 'ticket 812', askedBy: 'per_ann' })
    expect(found.output).toEqual([
      { to: 'out', text: 'out\n' },
      { to: 'err', text: 'err\n' },
    ])
    expect(await trail()).toEqual(['host.exec', 'host.exec_ended', 'host.transcript_read'])
    expect(sent[0]?.args).toBeUndefined()
  })

  test('has its known secrets in no row, and nothing else of it in plain text', async () => {
    const { commands, transcripts } = world([said(`key=${secret} customer data\n`), { type: 'ended', exit: 0 }])
    const begun = await commands.exec(ann, 'hst_spare', { ...wish, command: `curl -H ${secret} plain-words` })
    await commands.settled()
    const rows = JSON.stringify([
      await db.rows('select * from host_transcript'),
      await db.rows('select * from host_transcript_part'),
      await db.rows('select * from audit_entry'),
    ])
    const found = await transcripts.show(eve, begun.id)

    for (const word of [secret, 'customer data', 'plain-words']) expect(rows).not.toContain(word)
    expect(found.command).toBe('curl -H [secret] plain-words')
    expect(found.output[0]?.text).toBe('key=[secret] customer data\n')
  })

  test('is refused to whoever may not, before anything is sent', async () => {
    const { commands, sent } = world(ok)
    const run = (actor: Actor) => failure(commands.exec(actor, 'hst_spare', { ...wish, command: 'id' }))

    for (const role of ['provisioning', 'support', 'viewer', 'auditor', 'iam', 'sales'] as const)
      expect(await run(person('x', role))).toMatchObject({ code: 'access.forbidden' })
    expect(sent).toEqual([])
  })

  test('that was cut off says so, and keeps what came until then', async () => {
    const lost = new NexusError('host.unreachable', 'unavailable', 'It does not answer.')
    const { commands, transcripts } = world([said('half\n')], lost)
    const begun = await commands.exec(ann, 'hst_spare', { ...wish, command: 'reboot' })
    await commands.settled()

    expect(await transcripts.show(eve, begun.id)).toMatchObject({
      state: 'failed',
      failure: { code: 'host.unreachable' },
      output: [{ to: 'out', text: 'half\n' }],
    })
    expect((await transcripts.show(eve, begun.id)).exit).toBeUndefined()
  })

  test('whose nexusd died is lost once its time is over', async () => {
    const { commands, transcripts } = world(ok)
    const begun = await commands.exec(ann, 'hst_spare', { ...wish, command: 'id' })
    await commands.settled()
    await db.rows('update host_transcript set ended_at = null, exit_code = null')

    expect((await transcripts.list(eve, { limit: 5 }))[0]).toMatchObject({ id: begun.id, state: 'running' })
    at = new Date(at.getTime() + 121_000)
    expect((await transcripts.list(eve, { limit: 5 }))[0]?.state).toBe('lost')
  })
})

describe('on a host of a customer', () => {
  const exec = { ...wish, command: 'id' }

  test('a command waits for a second person, bound to exactly it', async () => {
    const { commands, sent } = world(ok)

    expect(await failure(commands.exec(ann, 'hst_live', exec))).toMatchObject({ code: 'approvals.needed' })
    expect(await failure(commands.exec(ann, 'hst_live', { ...exec, command: 'id; reboot' }))).toMatchObject({
      code: 'approvals.needed',
    })
    expect(sent).toEqual([])
    expect((await commands.exec(ann, 'hst_live', exec)).approvalId).toBe('apr_1')
    await commands.settled()
    expect(used).toEqual(['apr_1'])
    expect(sent.length).toBe(1)
  })

  test('the journal takes a second person likewise', async () => {
    const { commands } = world(ok)
    const log = { lines: 5 }

    expect(await failure(commands.logs(ann, 'hst_live', { ...wish, log }))).toMatchObject({ code: 'approvals.needed' })
    expect((await commands.logs(ann, 'hst_spare', { ...wish, log })).approvalId).toBeUndefined()
    await commands.settled()
  })

  test('break-glass needs one, leaves an alert and tells whom it concerns', async () => {
    const { commands, alerts } = world(ok)
    const begun = await commands.exec(ann, 'hst_live', { ...exec, breakGlass: true })
    await commands.settled()

    expect(begun).toMatchObject({ breakGlass: true, approvalId: undefined })
    expect(await trail()).toEqual(['host.exec', 'host.alert', 'host.exec_ended'])
    expect(alerts.map((each) => [each.host.id, each.what])).toEqual([['hst_live', 'exec without a second person']])
  })

  test('break-glass where one person is enough is no alert', async () => {
    const { commands, alerts } = world(ok)
    await commands.exec(ann, 'hst_spare', { ...exec, breakGlass: true })
    await commands.settled()

    expect(await trail()).not.toContain('host.alert')
    expect(alerts).toEqual([])
  })
})

describe('a transcript', () => {
  const begin = async () => {
    const made = world(ok)
    const begun = await made.commands.exec(ann, 'hst_spare', { ...wish, command: 'id' })
    await made.commands.settled()
    return { ...made, id: begun.id }
  }

  test('is for auditors, and its output for whoever asked while it is fresh', async () => {
    const { transcripts, id } = await begin()
    const following = await transcripts.follow(ann, id)

    expect((await following.more(-1)).flatMap((each) => each.parts)).toEqual([{ to: 'out', text: 'up 3 days\n' }])
    expect((await following.more(0)).length).toBe(0)
    expect(await failure(transcripts.show(ann, id))).toMatchObject({ code: 'access.forbidden' })
    expect(await failure(transcripts.list(ann, { limit: 5 }))).toMatchObject({ code: 'access.forbidden' })
    expect(await failure(transcripts.follow(person('ben', 'platform'), id))).toMatchObject({
      code: 'transcript.not_yours',
    })
    at = new Date(at.getTime() + 3_600_000)
    expect(await failure(transcripts.follow(ann, id))).toMatchObject({ code: 'transcript.not_yours' })
  })

  test('is forgotten with its parts when its time is over, and no other', async () => {
    const { transcripts, id } = await begin()

    expect(await transcripts.forget(as, at)).toBe(0)
    expect(await transcripts.forget(as, new Date(at.getTime() + 1))).toBe(1)
    expect(await failure(transcripts.show(eve, id))).toMatchObject({ code: 'transcript.not_found' })
    expect(await db.rows('select 1 from host_transcript_part')).toEqual([])
    expect(await trail()).toContain('host.transcripts_forgotten')
    expect(await failure(transcripts.forget(ann, at))).toMatchObject({ code: 'access.forbidden' })
  })

  test('opens with the next master key, and not in the place of another', async () => {
    const { transcripts, ring, id } = await begin()
    const next = ring.add(randomBytes(32))
    ring.use(next)

    expect(await db.inTransaction((tx) => resealTranscripts(ring)(tx, 100))).toBe(2)
    expect(await db.inTransaction((tx) => resealTranscripts(ring)(tx, 100))).toBe(0)
    expect((await transcripts.show(eve, id)).command).toBe('id')
    await db.rows('update host_transcript_part set place = 7')
    expect(await failure(transcripts.show(systemActor('test'), id))).toMatchObject({ code: 'secrets.cannot_open' })
  })
})
