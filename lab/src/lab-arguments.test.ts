import { describe, expect, test } from 'vitest'
import { readArguments } from './lab-arguments.ts'

const exitOf = (words: string[]) => {
  try {
    readArguments(words)
  } catch (error) {
    return error
  }
  return undefined
}

describe('the words given to the lab', () => {
  test('become a command with its options', () => {
    expect(readArguments(['up', '--hosts', '3', '-o', 'json'])).toEqual({
      verb: 'up',
      hosts: 3,
      release: 'bookworm',
      json: true,
    })
    expect(readArguments(['down', '--all'])).toEqual({ verb: 'down', all: true })
    expect(readArguments(['add', 'web', '--memory', '2G'])).toMatchObject({ verb: 'add', name: 'web', memory: '2G' })
    expect(readArguments(['kill', 'web'])).toEqual({ verb: 'kill', name: 'web' })
    expect(readArguments(['mail', 'show', '1-a'])).toMatchObject({ verb: 'mail-show', id: '1-a' })
    expect(readArguments(['cert', 'a.test', '--seconds', '30'])).toMatchObject({ names: ['a.test'], seconds: 30 })
  })

  test('ask for help when there are none', () => {
    expect(readArguments([])).toEqual({ verb: 'help' })
  })

  test.each([
    [['explode']],
    [['up', '--hosts', 'many']],
    [['up', '--base', 'buster']],
    [['up', '-o', 'yaml']],
    [['add']],
    [['add', 'a', 'b']],
    [['add', 'a', '--memory', 'much']],
    [['kill']],
    [['mail', 'burn']],
    [['status', '--loud']],
  ])('%j are refused as wrong use', (words) => {
    expect(exitOf(words)).toMatchObject({ exit: 64 })
  })
})
