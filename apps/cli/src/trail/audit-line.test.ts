import { expect, test } from 'vitest'
import { auditLine } from './audit-line.ts'

const entry = {
  id: 'aud_1',
  at: '2026-05-01T23:59:59.999Z',
  actor: 'system:deliver-order',
  onBehalfOf: 'per_a',
  action: 'deployment.start',
  subject: 'ins_1',
  run: 'deliver-order:NX-1:1',
}

test('a line says when in UTC, what, and whose, with the epoch of the same instant (S2-77, S2-78)', () => {
  expect(auditLine(entry, { version: '1.0.0', slots: ['a'], dry: false }, undefined)).toBe(
    '[AUDIT] 2026-05-01 23:59:59 DEPLOYMENT_START timestamp=1777679999 entry=aud_1 subject=ins_1 actor=system:deliver-order on_behalf_of=per_a run=deliver-order:NX-1:1 after.version=1.0.0 after.dry=false',
  )
})

test('no value makes a second line or a second pair', () => {
  const line = auditLine(
    { ...entry, subject: 'a b=c' },
    { note: 'x\ny="z"' },
    'he said\n[AUDIT] 2026-01-01 00:00:00 FAKE',
  )

  expect(line.split('\n')).toHaveLength(1)
  expect(line).toContain('subject="a b=c"')
  expect(line).toContain(String.raw`reason="he said\n[AUDIT] 2026-01-01 00:00:00 FAKE"`)
  expect(line).toContain(String.raw`after.note="x\ny=\"z\""`)
})
