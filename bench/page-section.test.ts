import { expect, test } from 'vitest'
import { withOthersOf, withSection } from './page-section.ts'

const page = '# Page\n\nAbove.\n\n## One\n\nfirst\n\n## Two\n\nsecond\n'

test('a section is replaced in its place, or added at the end', () => {
  expect(withSection(page, '## One\n\nnew\n')).toBe('# Page\n\nAbove.\n\n## One\n\nnew\n\n## Two\n\nsecond\n')
  expect(withSection(page, '## Three\n\nthird\n')).toBe(`${page}\n## Three\n\nthird\n`)
})

test('a page made anew keeps the sections of others', () => {
  expect(withOthersOf(page, '# Page\n\nNew.\n\n## Two\n\nnew\n')).toBe(
    '# Page\n\nNew.\n\n## Two\n\nnew\n\n## One\n\nfirst\n',
  )
  expect(withOthersOf('', page)).toBe(page)
})
