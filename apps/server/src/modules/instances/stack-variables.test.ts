import { describe, expect, test } from 'vitest'
import { readStack } from './stack-manifest.ts'
import { expand, hideValues, isSecretRef, resolveVariables } from './stack-variables.ts'

const read = readStack(`version: 1
name: shop
release: 1.0.0
runtime: systemd
artifact: { file: a.tgz }
resources: { database: { type: postgres } }
variables:
  DATABASE_URL: { group: db, required: true, secret: true, from: database.url }
  OIDC_ISSUER: { group: auth, required: true, from: identity.issuer }
  API_URL: { group: app, from: service.api.url }
  MODEL_KEY: { group: model, required: true, secret: true }
  LOG_LEVEL: { group: app, default: info, pattern: "^(debug|info)$" }
services:
  api: { command: [bin/api], port: 4781, health: { path: /health } }
`)
if (!read.ok) throw new Error(JSON.stringify(read.problems))
const { stack } = read

describe('the variables of a stack', () => {
  test('name everything that is missing or invalid at once', () => {
    const { problems } = resolveVariables(stack, {
      facts: {},
      kept: { LOG_LEVEL: { plain: 'loud' }, NOPE: { plain: '1' } },
      slot: 'a',
    })

    expect(problems.map((each) => each.path)).toEqual(['DATABASE_URL', 'OIDC_ISSUER', 'MODEL_KEY', 'LOG_LEVEL', 'NOPE'])
  })

  test('stay references where they are secrets, and take the port of the slot', () => {
    const facts = { 'database.url': { secret: 'secret:acme/url@1' }, 'identity.issuer': { plain: 'https://id.test' } }
    const kept = { MODEL_KEY: { secret: 'secret:acme/model@2' } }

    const { values, problems } = resolveVariables(stack, { facts, kept, slot: 'b' })

    expect(problems).toEqual([])
    expect(values.DATABASE_URL?.value).toEqual({ secret: 'secret:acme/url@1' })
    expect(values.API_URL?.value).toEqual({ plain: 'http://127.0.0.1:4881' })
  })

  test('refuse a secret given in the open', () => {
    const { problems } = resolveVariables(stack, { facts: {}, kept: { MODEL_KEY: { plain: 'abc' } }, slot: 'a' })

    expect(problems.map((each) => each.message)).toContain('model: MODEL_KEY is a secret and must be given as one.')
  })

  test('are all that a reference in a text can see', () => {
    expect(expand('${A}-$A-$$A-${B:-else}', { A: '1' }, ['A', 'B'])).toEqual({ text: '1-1-$A-else', problems: [] })
    expect(expand('${HOME}', {}, ['A']).problems).toHaveLength(1)
  })

  test('do not come back in the text of a host', () => {
    expect(hideValues('key=hunter22 url=a%2Fbcdef', ['hunter22', 'a/bcdef'])).toBe('key=(hidden) url=(hidden)')
  })

  test('are referred to in one form', () => {
    expect(isSecretRef('secret:acme/key@3')).toBe(true)
    expect(isSecretRef('hunter2')).toBe(false)
  })
})
