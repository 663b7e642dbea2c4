import { describe, expect, test } from 'vitest'
import { readFlags } from './flags.ts'

describe('the words of the quickstart', () => {
  test('none at all runs the sample order in the lab until Ctrl-C', () => {
    expect(readFlags([])).toMatchObject({ once: false, json: false, runtime: 'systemd', pretend: false })
  })

  test('that it does not know are refused', () => {
    expect(() => readFlags(['--onse'])).toThrow('--onse')
    expect(() => readFlags(['--runtime', 'pm2'])).toThrow('systemd or compose')
    expect(() => readFlags(['--host', 'root@box', '--domain', 'a.example'])).toThrow('ssh://')
  })

  test('a machine of your own needs a domain', () => {
    expect(() => readFlags(['--host', 'ssh://root@192.0.2.1'])).toThrow('--domain')
  })
})
