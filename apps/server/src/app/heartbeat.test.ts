import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MailOutcome, OutgoingMail } from '../modules/notices/index.ts'
import { toFailure } from '../platform/errors.ts'
import { heartbeat } from './heartbeat.ts'

const heard: string[] = []
const mails: OutgoingMail[] = []
let status = 200
let outcome: MailOutcome = { kind: 'sent', receipt: 'ok' }
let url = ''
const watcher = createServer((request, reply) => {
  heard.push(`${request.method} ${request.url}`)
  reply.writeHead(status).end()
})

beforeAll(async () => {
  await new Promise<void>((ready) => watcher.listen(0, '127.0.0.1', ready))
  url = `http://127.0.0.1:${(watcher.address() as AddressInfo).port}/ping/a-key-of-ours`
})
afterAll(() => watcher.close())

const beat = (to: string, where = url) =>
  heartbeat({
    url: where,
    to,
    mail: {
      send: async (mail) => {
        mails.push(mail)
        return outcome
      },
    },
    mailDomain: 'nexus.test',
    now: () => new Date('2027-01-04T02:03:04Z'),
  })()

describe('the heartbeat', () => {
  test('is heard at the address and by mail, each where one is set', async () => {
    await beat('')
    await beat('ops@example.com', '')

    expect(heard).toEqual(['GET /ping/a-key-of-ours'])
    expect(mails.map(({ to, messageId }) => [to, messageId])).toEqual([
      ['ops@example.com', '<heartbeat-202701040203@nexus.test>'],
    ])
  })

  test('that is refused is a failure that does not repeat the key, and the mail still goes out', async () => {
    status = 500
    mails.length = 0
    const failure = await beat('ops@example.com').then(() => undefined, toFailure)

    expect(failure).toMatchObject({ code: 'heartbeat.not_sent', kind: 'unavailable' })
    expect(JSON.stringify(failure)).not.toContain('a-key-of-ours')
    expect(mails).toHaveLength(1)
  })

  test('that the relay did not take is a failure', async () => {
    outcome = { kind: 'in_doubt', why: 'silence' }

    expect(await beat('ops@example.com', '').then(() => '', toFailure)).toMatchObject({ code: 'heartbeat.not_sent' })
  })
})
