import { describe, expect, test } from 'vitest'
import { call } from '../test/call.ts'

const head = 'time,stable_bad,stable_total,canary_bad,canary_total'
const rows = (many: number, row: (at: number) => string): string =>
  [head, ...Array.from({ length: many }, (_, at) => `${1000 + at * 60},${row(at)}`)].join('\n')
const good = rows(30, () => '9,900,1,100')
const harmful = rows(30, () => '9,900,4,100')

const judge = (stdin: string, ...words: string[]) => call(['judge', '-', ...words], { stdin })

describe('nexusctl judge', () => {
  test('exits 0 for a canary that is as good, and says how sure that is', async () => {
    const { exit, out } = await judge(good)

    expect(exit).toBe(0)
    expect(out).toMatch(/^GO: errors 1\.0 % against 1\.0 %: at most 1\.\d+ times as many;/m)
  })

  test('exits 1 for one that is worse, and says when it stopped', async () => {
    const { exit, out } = await judge(harmful)

    expect(exit).toBe(1)
    expect(out).toMatch(/^stopped at 00:\d\d:40, look \d of 30$/m)
    expect(out).toMatch(/^STOP: errors 4\.0 % against 1\.0 %: at least \d\.\d+ times as many/m)
  })

  test('exits 3 when it cannot say yet, and prints what it assumed', async () => {
    const { exit, out } = await judge(rows(3, () => '9,900,1,100'))

    expect(exit).toBe(3)
    expect(out).toContain('plan: alpha 0.01, beta 0.05, smallest harm: errors 2 times')
    expect(out).toMatch(/^UNDECIDED: .*about [\d,]+ requests to go/m)
  })

  test('draws rates and bounds over time', async () => {
    const { out } = await judge(harmful)
    const lines = out.split('\n')

    expect(lines[1]).toMatch(/^TIME +STABLE +CANARY +1\/8 .* 1X .* 8X/)
    expect(lines.filter((line) => /^00:\d\d:\d\d +1 % +4 % .*\[-*\*-*[\]>]/.test(line)).length).toBeGreaterThan(10)
    expect(lines.length).toBeLessThan(30)
  })

  test('answers everything as JSON', async () => {
    const { out } = await judge(harmful, '-o', 'json')

    expect(JSON.parse(out)).toMatchObject({
      decision: 'stop',
      metric: 'errors',
      looks: 30,
      plan: { alpha: 0.01 },
      metrics: [{ canary: { bad: 120, total: 3000 }, ratio: { level: 0.94 } }],
    })
  })

  test('reads running totals, and leaves out the interval in which the weight changed', async () => {
    const totals = Array.from({ length: 21 }, (_, at) => {
      const share = at < 10 ? 0.1 : 0.25
      return `${at * 60},${share},${at * 9},${at * 900},${at},${at * 100}`
    })
    const file = ['time,weight,stable_bad,stable_total,canary_bad,canary_total', ...totals].join('\n')

    const { out } = await judge(file, '--counters', '-o', 'json')

    const found = JSON.parse(out)
    expect(found.looks).toBe(19)
    expect(found.notes).toEqual(['00:10:00: the weight changed from 0.1 to 0.25; this interval is left out'])
  })

  test('takes tolerances, an objective without a stable arm, and advisory metrics', async () => {
    const file = ['time,metric,canary_bad,canary_total', '0,errors,0,1000', '60,slow,500,1000'].join('\n')

    const { exit, out } = await judge(file, '--objective', '0.01', '--advisory', 'slow')

    expect(exit).toBe(0)
    expect(out).toMatch(/^also: slow 50 % against the objective of 1\.0 %: at least/m)
  })

  test.each([
    ['a column that is missing', 'time,canary_bad\n0,1', 'has no column canary_total'],
    ['a column nobody knows', `${head},colour\n0,1,2,3,4,red`, 'unknown column colour'],
    ['a word for a number', `${head}\n0,many,2,3,4`, 'Line 2: stable_bad is `many`'],
    ['no time', `${head}\nnoon,1,2,0,4`, 'the time `noon`'],
    ['no rows', head, 'The file holds no look'],
    ['more bad than total', `${head}\n0,1,2,5,4`, '5 bad among 4'],
    ['JSON of something else', '{"a": 1}', 'no answers of query_range'],
    ['broken JSON', '{"a": ', 'The file is no JSON'],
  ])('refuses %s, as invalid', async (_name, file, message) => {
    const { exit, err } = await judge(file)

    expect(exit).toBe(65)
    expect(err).toContain(message)
  })

  test('refuses a number that is none, and a metric that is not there', async () => {
    expect((await judge(good, '--alpha', 'little')).exit).toBe(64)
    expect((await judge(good, '--advisory', 'slow')).err).toContain('The file has no metric slow')
    expect((await judge(good, '--alpha', '0.9')).exit).toBe(65)
  })
})

const matrix = (series: Readonly<Record<string, readonly number[]>>) => ({
  status: 'success',
  data: {
    resultType: 'matrix',
    result: Object.entries(series).map(([instance, values]) => ({
      metric: { __name__: 'http_requests_total', instance },
      values: values.map((value, at) => [at * 60, String(value)]),
    })),
  },
})
const rising = (each: number, many = 31) => Array.from({ length: many }, (_, at) => at * each)

describe('nexusctl judge on answers of Prometheus', () => {
  const answers = {
    stable: { bad: matrix({ a: rising(9) }), total: matrix({ a: rising(900) }) },
    canary: { bad: matrix({ b: rising(1) }), total: matrix({ b: rising(100) }) },
  }

  test('takes counters, with series that began again', async () => {
    const again = [...rising(100, 15), ...rising(100, 16)]
    const canary = { bad: matrix({ b: again.map((each) => each / 100) }), total: matrix({ b: again }) }

    const { exit, out } = await judge(JSON.stringify({ ...answers, canary }))

    expect(exit).toBe(0)
    expect(out).toContain('note: 00:15:00: canary instance=b began again at zero; what it has now is counted')
  })

  test('refuses bad ones without a total of the same labels', async () => {
    const canary = { bad: matrix({ c: rising(1) }), total: matrix({ b: rising(100) }) }

    const { exit, err } = await judge(JSON.stringify({ ...answers, canary }))

    expect(exit).toBe(65)
    expect(err).toContain('instance=c counts bad requests and has no total with the same labels')
  })
})
