import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { describe, expect, test } from 'vitest'
import { createIo, type Streams } from '../../apps/cli/src/io.ts'
import { visibleText } from '../../apps/console/src/ui/visible-text.ts'
import { parseDomain } from '../../apps/server/src/modules/instances/domain.ts'
import { renderEdge } from '../../apps/server/src/modules/instances/edge-file.ts'
import { insideFolder } from '../../apps/server/src/modules/instances/index.ts'
import { layOut } from '../../apps/server/src/modules/notices/mail-layout.ts'
import { smtpMail } from '../../apps/server/src/platform/adapters/smtp-mail.ts'
import { toFailure } from '../../apps/server/src/platform/errors.ts'
import { createLogOn } from '../../apps/server/src/platform/log.ts'
import { sh } from '../../apps/server/src/platform/shell.ts'
import { forbiddenMarks, hostileTexts, textsIn } from './hostile-text.ts'

/** What a marked-up text tries to smuggle past each sink. */
const tried = `$(x)\u001b[2J\u202e\u2066\u200f\u0085\u2028\ufeff"\r\nBcc: thief@example.test\r\n\r\n<script>alert(1)</script>`
const all = [...hostileTexts, tried]

describe('a hostile text', () => {
  test('is one word to a shell, whatever is in it', () => {
    const words = all.filter((each) => !each.includes('\u0000') && each.isWellFormed())
    const script = `for word in ${words.map(sh).join(' ')}; do printf '%s\\000' "$word"; done`

    const said = execFileSync('/bin/sh', { input: script }).toString('utf8').split('\u0000').slice(0, -1)

    expect(said).toEqual(words)
  })

  test('never leads out of a folder', async () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'nexus-fuzz-root-')))
    mkdirSync(join(root, 'a'))

    for (const text of all) {
      const found = await insideFolder(root, text).catch((thrown) => toFailure(thrown))
      if (typeof found === 'string') expect(found === root || found.startsWith(`${root}/`)).toBe(true)
      else expect(['invalid', 'missing']).toContain(found.kind)
    }
  })

  test('adds no line to the file of HAProxy', () => {
    const slots = { a: { port: 4801, weight: 100 }, b: { port: 4802, weight: 0 } }
    const site = { host: 'app.acme.test', service: 'web', slots, healthPath: '/health' }
    const rendered = (more: object) =>
      renderEdge({ sites: [{ ...site, ...more }] as never, hstsSeconds: 1, ipv6: false })
    const lines = rendered({}).split('\n').length

    for (const text of all)
      for (const field of ['host', 'service', 'healthPath', 'healthStatus']) {
        let file = ''
        try {
          file = rendered({ [field]: text })
        } catch (thrown) {
          expect(toFailure(thrown).code).toBe('edge.bad_site')
          continue
        }
        expect(file.split('\n').length).toBe(lines)
        expect(file).not.toMatch(forbiddenMarks)
      }
  })

  test('becomes a domain only where it is one', () => {
    for (const text of all.flatMap((each) => [each, `${each}.com`, `x.${each}`])) {
      let name = ''
      try {
        name = parseDomain(text, { testAllowed: true, reserved: [] })
      } catch (thrown) {
        expect(toFailure(thrown).kind).toMatch(/^(invalid|conflict)$/)
        continue
      }
      expect(name).toMatch(/^[a-z0-9.-]+$/)
    }
  })

  test('adds no header, no recipient and no markup to a mail', async () => {
    const taken: { readonly to: readonly string[]; readonly raw: Buffer }[] = []
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: (stream, session, done) => {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          taken.push({ to: session.envelope.rcptTo.map((each) => each.address), raw: Buffer.concat(chunks) })
          done()
        })
      },
    })
    const port = await new Promise<number>((resolve) => {
      const listening = server.listen(0, '127.0.0.1', () => {
        const at = listening.address()
        resolve(typeof at === 'object' && at ? at.port : 0)
      })
    })
    const mail = smtpMail({ host: '127.0.0.1', port, tls: 'never', from: 'Nexus <nexus@nexus.test>' })
    const date = new Date('2026-11-21T10:00:00Z')

    const sent = all.map((text, place) => {
      const content = layOut(`About ${text}`, [
        { heading: text },
        { paragraph: text },
        { facts: [[text, text]] },
        { list: [text] },
        { link: { text, href: text } },
      ])
      const messageId = `<${place}@nexus.test>`
      return mail.send({ to: 'ann@example.test', messageId, date, ...content } as Parameters<typeof mail.send>[0])
    })
    await Promise.all(sent)
    await new Promise<void>((resolve) => server.close(() => resolve()))

    expect(taken.length).toBe(all.length)
    for (const { to, raw } of taken) {
      const read = await PostalMime.parse(raw)
      expect(to).toEqual(['ann@example.test'])
      expect(read.headers.map((each) => each.key).sort()).toEqual(
        ['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'].sort(),
      )
      expect(read.html).not.toMatch(/<(script|img|a href="(?!https?:))/i)
      for (const part of [read.subject, read.text, read.html]) expect(part ?? '').not.toMatch(forbiddenMarks)
    }
  }, 60_000)

  test('loses its marks on the way into a log line, as a value, a name and a message', () => {
    const lines: string[] = []
    const log = createLogOn(
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          lines.push(chunk.toString('utf8'))
          done()
        },
      }),
      'info',
    )
    for (const text of all) log.info({ value: text, [text || 'empty']: [text], err: new Error(text) }, text)

    expect(lines.length).toBe(all.length)
    for (const line of lines) {
      expect(line.trimEnd()).not.toMatch(/[\r\n]/)
      for (const each of textsIn(JSON.parse(line))) expect(each).not.toMatch(forbiddenMarks)
    }
  })

  test('loses its marks on the way to a terminal, in every format', () => {
    for (const format of ['table', 'json', 'yaml'] as const) {
      let written = ''
      const stream = {
        isTTY: false,
        columns: 80,
        write: (text: string) => {
          written += text
          return true
        },
      }
      const io = createIo(format, { out: stream, err: stream } as unknown as Streams)
      for (const text of all) {
        io.print(text)
        io.say(text)
        io.answer({ text, [text]: 1 }, () => text)
      }
      expect(written.length).toBeGreaterThan(all.length)
      expect(written).not.toMatch(forbiddenMarks)
    }
  })

  test('is shown by number in a page', () => {
    for (const text of all) expect(visibleText(text).replaceAll(/[\r\n\t]/g, '')).not.toMatch(forbiddenMarks)
  })
})
