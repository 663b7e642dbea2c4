import { describe, expect, test } from 'vitest'
import { leftOver, places, preparation, sayStep, switching, unitText } from './install-plan.ts'

const paths = (steps: ReturnType<typeof switching>) => steps.map((each) => ('path' in each ? each.path : each.kind))

describe('the plan of an installation', () => {
  test('has everything in place before the switch', () => {
    const said = preparation('0.1.0-abc', '/src').map(sayStep)

    expect(said[0]).toContain('user nexus')
    expect(said.at(-1)).toBe('copy this release to /opt/nexus/releases/0.1.0-abc')
    expect(said).toContain('folder /var/lib/nexus, 0750 nexus:nexus')
    expect(said).toContain('folder /etc/nexus, 0750 root:nexus')
  })

  test('keeps the way back before the new release is led to', () => {
    const first = switching('b', undefined, 'unit')
    const upgrade = switching('b', 'a', 'unit')
    const again = switching('b', 'b', 'unit')

    expect(paths(first)).toEqual([places.unit, places.current, places.command])
    expect(paths(upgrade)).toEqual([places.unit, places.previous, places.current, places.command])
    expect(paths(again)).toEqual(paths(first))
  })

  test('leaves no release but the running one and the way back', () => {
    expect(leftOver(['a', 'b', 'c', 'c.new'], ['c', 'b'])).toEqual(['a', 'c.new'])
    expect(leftOver(['a'], ['a', undefined])).toEqual([])
  })

  test('has a unit that gains no right, writes only its home, and gets the key as a credential', () => {
    const unit = unitText('/opt/nexus/current/node')

    for (const line of [
      'User=nexus',
      'LoadCredential=master-key:/etc/nexus/master.key',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'ReadWritePaths=/var/lib/nexus',
      'CapabilityBoundingSet=CAP_NET_BIND_SERVICE',
      'SystemCallFilter=@system-service',
      'KillMode=mixed',
    ])
      expect(unit.split('\n')).toContain(line)
    // V8 makes code while it runs.
    expect(unit).not.toContain('MemoryDenyWriteExecute')
  })
})
