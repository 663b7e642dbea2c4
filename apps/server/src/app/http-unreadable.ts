import type { Socket } from 'node:net'
import { NexusError } from '../platform/errors.ts'
import { toProblem, toRefusal } from './http-problems.ts'

type ClientError = Error & { readonly code?: string }

/** What is not HTTP, or too much of it, never becomes a request: it is answered here, in the same shape, and hung up on. */
export function answerUnreadable(requestId: () => string) {
  return (error: ClientError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const { status, words, refusal } = whatItWas(error.code)
    const body = JSON.stringify({ ...toProblem(toRefusal(refusal), requestId()), status })
    socket.end(
      `HTTP/1.1 ${status} ${words}\r\ncontent-type: application/problem+json; charset=utf-8\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n${body}`,
    )
  }
}

function whatItWas(code: string | undefined) {
  if (code === 'HPE_HEADER_OVERFLOW')
    return { status: 431, words: 'Request Header Fields Too Large', refusal: headers() }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: 408, words: 'Request Timeout', refusal: tooSlow() }
  return { status: 400, words: 'Bad Request', refusal: notHttp() }
}

const headers = () =>
  new NexusError('request.headers_too_large', 'invalid', 'The address and the headers are larger than 16 kB.', {
    hint: 'Send fewer or shorter headers; what is long belongs into the body.',
  })

const tooSlow = () =>
  new NexusError('request.too_slow', 'invalid', 'The request did not arrive within 30 seconds.', {
    hint: 'Send it again in one go.',
  })

const notHttp = () =>
  new NexusError('request.not_http', 'invalid', 'This is not a request that can be read.', {
    hint: 'Speak HTTP/1.1 as RFC 9112 says it; the address takes only percent-encoded characters.',
  })
