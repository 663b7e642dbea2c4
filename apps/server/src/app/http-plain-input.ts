import type { FastifyInstance } from 'fastify'
import { NexusError } from '../platform/errors.ts'
import { isPlain } from '../platform/plain-text.ts'

const deepest = 32
const mostValues = 100_000

/**
 * What every route may rely on: a body is JSON in valid UTF-8, at most 32 levels deep; no text in path, query or body,
 * nor the name of a field, holds control characters (but line breaks and tabs), bidirectional marks or half characters.
 * They forge logs, terminals, mail headers and names, and a database refuses some of them.
 */
export function takePlainInput(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = asUtf8(body as Buffer)
    if (text === undefined) done(notUtf8())
    else parse(request, text, done)
  })
  app.addHook('preValidation', async (request) => {
    lookAt('path', request.params)
    lookAt('query', request.query)
    if (!Buffer.isBuffer(request.body)) lookAt('body', request.body)
  })
}

function asUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

type Place = { readonly value: unknown; readonly path: string; readonly depth: number }

/** Walks without calling itself, so that no depth of nesting can end the process. */
function lookAt(where: string, whole: unknown): void {
  const todo: Place[] = [{ value: whole, path: where, depth: 0 }]
  let seen = 0
  for (let place = todo.pop(); place; place = todo.pop()) {
    const { value, path, depth } = place
    seen += 1
    if (seen > mostValues) throw tooMuch(`it holds more than ${mostValues} values`)
    if (typeof value === 'string' && !isPlain(value)) throw hidden(path)
    if (typeof value !== 'object' || value === null) continue
    if (depth === deepest) throw tooMuch(`it is nested more than ${deepest} deep`)
    for (const [key, each] of Object.entries(value)) {
      if (!isPlain(key)) throw hidden(path)
      todo.push({ value: each, path: `${path}.${key}`.slice(0, 200), depth: depth + 1 })
    }
  }
}

const notUtf8 = () =>
  new NexusError('request.bad_encoding', 'invalid', 'The body is not valid UTF-8.', {
    hint: 'Send JSON encoded as UTF-8.',
  })

const tooMuch = (why: string) =>
  new NexusError('request.too_deep', 'invalid', `The request is not taken: ${why}.`, {
    hint: 'Send the fields that /docs names for this route.',
  })

const hidden = (path: string) =>
  new NexusError(
    'request.hidden_characters',
    'invalid',
    `${path} holds control characters, bidirectional marks or half characters.`,
    {
      hint: 'Send plain text; line breaks and tabs are taken where a field has room for them.',
      problems: [{ path, message: 'This text is refused for a character that nobody sees.' }],
    },
  )
