import { describe, expect, test } from 'vitest'
import type { Host } from '../modules/hosts/index.ts'
import { wavesOf } from './patch-runs.ts'

const hosts = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `hst_${index}` }) as unknown as Host)
const sizes = (count: number, first: number, atOnce: number) =>
  wavesOf(hosts(count), { first, atOnce }).map((wave) => wave.length)

describe('waves of patches', () => {
  test.each([
    [7, 1, 3, [1, 3, 3]],
    [8, 2, 3, [2, 3, 3]],
    [1, 1, 5, [1]],
    [3, 5, 2, [2, 1]],
    [0, 1, 5, []],
  ])('%i hosts, %i first, %i at once', (count, first, atOnce, expected) => {
    expect(sizes(count, first, atOnce)).toEqual(expected)
  })
})
