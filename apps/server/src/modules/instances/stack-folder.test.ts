import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toFailure } from '../../platform/errors.ts'
import { fixStack } from './stack-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-stack-folder-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const manifest = `
version: 1
name: shop
release: 1.0.0
runtime: compose
images: [{ file: shop.tar, name: shop:1.0.0 }]
compose: compose.yaml
services:
  web: { port: 4780, health: { path: /health }, environment: [] }
`
const write = async (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
}

/** S3-46: the accepted version of a Compose file */
describe('fixing a stack', () => {
  test('answers the version that is accepted, and what was changed', async () => {
    const compose = 'services:\n  web:\n    image: shop:1.0.0\n    container_name: web\n    ports: ["4780:4780"]\n'
    await write({ 'stack.yaml': manifest, 'compose.yaml': compose, 'shop.tar': 'x' })

    const fixed = await fixStack(folder)

    expect(fixed).toMatchObject({ file: 'compose.yaml', left: [], manifestProblems: [] })
    expect(fixed.text).toContain('127.0.0.1:4780:4780')
    expect(fixed.text).not.toContain('container_name')
    expect(fixed.changes.map((each) => each.path)).toContain('services.web.container_name')
  })

  test('keeps apart what no change of the Compose file mends', async () => {
    await write({ 'stack.yaml': manifest, 'compose.yaml': 'services:\n  web:\n    image: shop:1.0.0\n' })

    const { left, manifestProblems } = await fixStack(folder)

    expect(left).toEqual([])
    expect(manifestProblems.map((each) => each.path)).toEqual(['images.0.file'])
  })

  test('is refused without a manifest that can be read', async () => {
    await write({ 'stack.yaml': 'version: 9' })

    expect(await fixStack(folder).catch(toFailure)).toMatchObject({ code: 'stack.refused' })
  })
})
