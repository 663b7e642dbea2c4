import type { AnswerOf } from '@nexus/client'
import type { Deps } from '../deps.ts'

const verdicts = { pass: 'PASS', fail: 'FAIL', unknown: 'FAIL: nobody can tell (unknown)' } as const

/** The server's own judgement, also against the checkpoints outside its database. */
export async function verifyLive({ api, io, verdict }: Deps): Promise<void> {
  const found = await api.call('verifyTrail', { timeoutSeconds: 600 })
  io.answer(found, linesOf)
  verdict({ pass: 0, fail: 1, unknown: 2 }[found.verdict])
}

const linesOf = (found: AnswerOf<'verifyTrail'>): string =>
  [
    `${verdicts[found.verdict]}: ${found.size} entries${found.waiting > 0 ? `, ${found.waiting} wait for their place` : ''}`,
    ...found.findings.map((each) => `  ${each.sentence}`),
    ...found.holds.map((each) => `  holds against ${each.source}: ${each.size} entries of ${each.at}`),
    ...found.limits.map((each) => `  not proven: ${each}`),
  ].join('\n')
