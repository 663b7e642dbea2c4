import { describe, expect, test } from 'vitest'
import { visibleText, webAddress } from './visible-text.ts'

describe('text of others', () => {
  test('shows marks that would turn it around or hide in it', () => {
    expect(visibleText('a\u202Etxt.exe\u200B')).toBe('a[U+202E]txt.exe[U+200B]')
    expect(visibleText('Größe\t1\n東京 🚀')).toBe('Größe\t1\n東京 🚀')
  })

  test('becomes a link only when it is an address of the web', () => {
    expect(webAddress('https://app.acme.test')).toBe('https://app.acme.test/')
    for (const text of ['javascript:alert(1)', 'data:text/html,x', '//acme.test', 'acme', ''])
      expect(webAddress(text)).toBeUndefined()
  })
})
