import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { closedLater, type Look, lookScript, lookText, readLook, refusalsOf } from './own-host-look.ts'

const said = (more: readonly string[] = []) =>
  [
    'os\tdebian\t12\tDebian GNU/Linux 12 (bookworm)',
    'machine\t2\t3900\t37',
    'ports-by\tss',
    'port\t0.0.0.0:22\tsshd',
    'port\t[::]:22\tsshd',
    'port\t127.0.0.1:5432\tpostgres',
    ...more,
    'service\tssh.service',
    'container\tshop\tshop:1',
    'user\troot',
    'firewall\t\t0',
    'nexus\tno\t\tno',
    'end',
  ].join('\n')

const look = (more?: readonly string[], changes: Partial<Look> = {}): Look => {
  const found = readLook(said(more))
  if (!found) throw new Error('It could not be read.')
  return { ...found, ...changes }
}

describe('what runs on a machine', () => {
  test('is read line by line, a port of both families once', () => {
    expect(look()).toMatchObject({
      os: 'debian',
      cpus: 2,
      memoryMb: 3900,
      services: ['ssh'],
      containers: ['shop from shop:1'],
    })
    expect(look().listening.map(({ port, program }) => `${port} ${program}`)).toEqual(['22 sshd', '5432 postgres'])
    expect(lookText(look()).join('\n')).toContain('5432 postgres (itself only)')
  })

  test('counts as unread when its end or its ports did not come', () => {
    expect(readLook(said().replace(/\nend$/, ''))).toBeUndefined()
    expect(readLook(said().replace('ports-by\tss\n', ''))).toBeUndefined()
    expect(readLook(said(['port\tnonsense\tx']))).toBeUndefined()
  })

  test('is read from the kernel where ss is missing', () => {
    const found = look(['hexport\t00000000:0050', 'hexport\t0100007F:1F90'])
    expect(found.listening.map(({ port, address }) => `${address} ${port}`)).toContain('* 80')
    expect(closedLater(found, 22)).toEqual([])
  })

  test('is asked by a script that a plain shell reads', () => {
    const checked = spawnSync('sh', ['-n'], { input: lookScript, encoding: 'utf8' })
    expect(checked.stderr).toBe('')
  })
})

describe('a machine is refused', () => {
  test('where 80 or 443 is taken by something else, by name', () => {
    expect(refusalsOf(look(['port\t*:443\tapache2']), { isOurs: false })).toEqual([
      expect.stringContaining('Port 443 is taken by apache2'),
    ])
  })

  test('not for what the baseline itself put on 80 and 443', () => {
    const again = look(['port\t*:80\thaproxy'], { hasBaseline: true })
    expect(refusalsOf(again, { isOurs: true })).toEqual([])
    expect(refusalsOf(look(['port\t*:80\thaproxy']), { isOurs: true })).toHaveLength(1)
  })

  test('where its system is another, or its receipt belongs to another Nexus', () => {
    expect(refusalsOf(look([], { os: 'fedora', osName: 'Fedora 40' }), { isOurs: false })[0]).toContain('Fedora 40')
    expect(refusalsOf(look([], { ticket: 'NX-7' }), { isOurs: false })[0]).toContain('NX-7')
    expect(refusalsOf(look([], { ticket: 'NX-7' }), { isOurs: true })).toEqual([])
  })
})

test('what the firewall will close is what the network reaches today, beside ssh, 80 and 443', () => {
  const closed = closedLater(look(['port\t0.0.0.0:3306\tmariadbd', 'port\t0.0.0.0:80\tnginx']), 22)
  expect(closed.map(({ port }) => port)).toEqual([3306])
})
