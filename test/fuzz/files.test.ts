import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { call } from '../../apps/cli/src/test/call.ts'
import { readSettings } from '../../apps/server/src/app/config.ts'
import { judgeCompose } from '../../apps/server/src/modules/instances/compose-file.ts'
import { readStack } from '../../apps/server/src/modules/instances/stack-manifest.ts'
import { parsePlans } from '../../apps/server/src/modules/orders/index.ts'
import { eventReader } from '../../apps/server/src/platform/adapters/ssh-channel.ts'
import { toFailure } from '../../apps/server/src/platform/errors.ts'
import { forbiddenMarks, hostileTexts } from './hostile-text.ts'

const seed = Number(process.env['NEXUS_FUZZ_SEED'] ?? 20_261_121)
const numRuns = process.env['NEXUS_TEST_ALL'] === '1' ? 5000 : 150
const folder = mkdtempSync(join(tmpdir(), 'nexus-fuzz-files-'))

const manifest = `version: 1
name: sample
release: 1.0.0
runtime: compose
compose: compose.yaml
services:
  web: { port: 4800, health: { path: /health, status: 200, within: 20 } }
routes:
  - { host: app, service: web }
`
const compose = `services:
  web:
    image: sample/web:1.0.0
    ports: ['127.0.0.1:4800:80']
    environment: { A: b }
`

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: [*e,*e,*e,*e,*e,*e,*e,*e,*e]
`

/** Files that people with time on their hands write. */
const nasty: readonly string[] = [
  '',
  '\u0000',
  '---\n---\n',
  ': :',
  '- a\n- b',
  '"$(reboot)"',
  '!!js/function "x"',
  '!!binary "////"',
  '<<: &x {a: *x}',
  '&a {a: *a}',
  '? {a: b}\n: c',
  '__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}',
  bomb,
  `${'['.repeat(3000)}`,
  `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`,
  `${'- '.repeat(3000)}x`,
  `a: ${'x'.repeat(300_000)}`,
  `a: "\\u202e\\e[2J"`,
  `services: {"$(reboot)": {image: "x", ports: [1e999, null, {}]}}`,
  `services: {web: {build: {context: ../../..}, volumes: ["/:/host"], privileged: yes}}`,
  `name: "../../x"\nversion: 1e400\nservices: [web]`,
  `%YAML 9.9\n---\na: 1`,
]

/** A good file with one piece cut out, doubled, or replaced by something hostile; or a nasty one. */
const texts = (good: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(...nasty),
    fc
      .tuple(fc.nat(good.length), fc.nat(30), fc.constantFrom(...hostileTexts, good, ''))
      .map(([at, length, by]) => good.slice(0, at) + by + good.slice(at + length)),
    fc.string({ unit: 'binary', maxLength: 200 }),
  )

/** What a reader may do with any text: read it, or refuse it as not valid, in plain words, soon. */
function holds(read: (text: string) => unknown, good: string): void {
  const judged = (text: string) => {
    const begun = performance.now()
    let said: unknown
    try {
      said = read(text)
    } catch (thrown) {
      const failure = toFailure(thrown)
      expect(failure.kind, `${failure.message} of ${JSON.stringify(text.slice(0, 200))}`).toBe('invalid')
      said = failure
    }
    expect(performance.now() - begun, JSON.stringify(text.slice(0, 200))).toBeLessThan(5000)
    const { problems = [] } = (said ?? {}) as { problems?: { message: string }[] }
    for (const { message } of problems) {
      expect(message).not.toMatch(forbiddenMarks)
      expect(message.length).toBeLessThan(5000)
    }
  }
  for (const text of nasty) judged(text)
  fc.assert(fc.property(texts(good), judged), { seed, numRuns, endOnFailure: true })
}

describe('a file of any content', () => {
  test('is read as a manifest or refused', () => {
    expect(readStack(manifest)).toMatchObject({ problems: expect.anything() })
    holds(readStack, manifest)
  }, 120_000)

  test('is read as a Compose file or refused', () => {
    const stack = { services: { web: { port: 4800 } }, exceptions: [], variables: {} } as unknown
    holds((text) => judgeCompose(stack as Parameters<typeof judgeCompose>[0], text), compose)
  }, 120_000)

  test('is read as the catalogue of plans or refused', () => {
    holds((text) => parsePlans(text), 'plans:\n  - name: small\n    memory: 8\n')
  }, 120_000)

  test('is read as settings or refused', () => {
    const file = join(folder, 'nexus.yaml')
    holds((text) => {
      writeFileSync(file, text)
      return readSettings({ NEXUS_CONFIG: file })
    }, 'listenPort: 7400\nlogLevel: info\nregions: [lab-1]\n')
  }, 120_000)

  test('given to nexusctl ends with 64 or more, a code, and no escape sequence', async () => {
    const contexts = join(folder, 'nexus')
    const told = async (text: string) => {
      const asked = [
        await call(['order', 'create', '-f', '-'], { stdin: text, server: 'http://127.0.0.1:1' }),
        await call(['context', 'list'], { environment: { XDG_CONFIG_HOME: writtenBelow(contexts, text) } }),
      ]
      for (const { exit, out, err } of asked) {
        expect(exit === 0 || exit >= 64, `${exit} ${err}`).toBe(true)
        expect(exit, `${JSON.stringify(text.slice(0, 100))}: ${err}`).not.toBe(70)
        expect(out + err).not.toMatch(forbiddenMarks)
      }
    }
    for (const text of nasty) await told(text)
    await fc.assert(fc.asyncProperty(texts('organization: { legalName: Acme }\nplan: small\n'), told), {
      seed,
      numRuns: Math.ceil(numRuns / 3),
      endOnFailure: true,
    })
  }, 240_000)
})

function writtenBelow(name: string, text: string): string {
  const home = mkdtempSync(name)
  const below = join(home, 'nexus')
  mkdirSync(below)
  writeFileSync(join(below, 'contexts.yaml'), text)
  return home
}

describe('what a host prints', () => {
  test('is taken in bounded pieces, whatever it is and however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(...hostileTexts),
            fc.json().map((json) => `${json}\n`),
            fc.constantFrom('{"a":\n', '{}\n', '[1]\n', `{"a":"${'x'.repeat(300_000)}"}\n`, 'x'.repeat(600_000), '\n'),
          ),
          { maxLength: 12 },
        ),
        (pieces) => {
          const heard: unknown[] = []
          const reader = eventReader((event) => heard.push(event))
          for (const piece of pieces) reader.push(piece)
          reader.end()

          expect(heard).toEqual(reader.events)
          expect(heard.every((event) => typeof event === 'object' && event !== null && !Array.isArray(event))).toBe(
            true,
          )
          expect(reader.noise().length).toBeLessThanOrEqual(256 * 1024)
          expect(reader.events.length).toBeLessThanOrEqual(20_000)
        },
      ),
      { seed, numRuns: Math.ceil(numRuns / 3), endOnFailure: true },
    )
  }, 120_000)
})
