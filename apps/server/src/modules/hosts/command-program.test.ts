import { spawn } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { CommandEvent, commandProgram, journalLine, outputBytes } from './command-program.ts'

/** The program as a host runs it: by a sh that reads it from stdin. */
async function run(command: string) {
  const script = commandProgram(command, 20).script.replaceAll('/run/nexus-command', '/tmp/nexus-command')
  const child = spawn('sh', ['-c', 'program=$(cat); exec </dev/null; eval "$program"'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin.end(script)
  let text = ''
  for await (const piece of child.stdout) text += piece
  const events = text
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => CommandEvent.parse(JSON.parse(line)))
  const said = (to: 'out' | 'err') =>
    Buffer.concat(
      events.flatMap((each) => (each.type === 'said' && each.to === to ? [Buffer.from(each.bytes, 'base64')] : [])),
    )
  return {
    out: said('out').toString(),
    err: said('err').toString(),
    cut: events.some((each) => each.type === 'cut'),
    exit: events.flatMap((each) => (each.type === 'ended' ? [each.exit] : [])),
  }
}

describe('a command on a host', () => {
  test('is heard on both streams, and its exit code is told once', async () => {
    expect(await run(`echo "it's"; echo two >&2; exit 42`)).toEqual({
      out: "it's\n",
      err: 'two\n',
      cut: false,
      exit: [42],
    })
  })

  test('cannot eat the rest of the program, nor end it before its end is told', async () => {
    expect(await run(`cat; trap 'echo gone' EXIT; kill -9 $$ 2>/dev/null; exec true`)).toMatchObject({ exit: [] })
    expect(await run(`cat; read x; set -eu; exec false`)).toMatchObject({ out: '', exit: [1] })
  })

  test('that says too much goes on to its end', async () => {
    const found = await run(`head -c 2000000 /dev/zero | tr '\\0' x; echo end >&2; exit 7`)

    expect(found).toMatchObject({ cut: true, err: 'end\n', exit: [7] })
    expect(found.out.length).toBeGreaterThanOrEqual(outputBytes)
    expect(found.out.length).toBeLessThan(outputBytes + 4096)
  })

  test('that leaves something running behind is not waited for', async () => {
    const begun = performance.now()

    expect(await run('sleep 15 & echo begun')).toMatchObject({ out: 'begun\n', exit: [0] })
    expect(performance.now() - begun).toBeLessThan(10_000)
  })

  test('of bytes that are no text arrives as it is', async () => {
    expect((await run(`printf '\\033[31m"\\\\'`)).out).toBe('\u001b[31m"\\')
  })

  test('is nowhere in the arguments of a shell', () => {
    expect(commandProgram('echo secret-word', 5).args).toBeUndefined()
  })
})

test('what is asked of the journal is one word each', () => {
  expect(journalLine({ unit: 'a.service', since: "-1h'; id", lines: 5 })).toBe(
    `'journalctl' '--no-pager' '--quiet' '--output=short-iso' '--lines=5' '--unit=a.service' '--since=-1h'\\''; id'`,
  )
})
