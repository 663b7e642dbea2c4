import { expect, test } from 'vitest'
import { signatureOf } from './s3-stand-in.ts'

/** From "Authenticating Requests: Using the Authorization Header", Amazon S3 API reference. */
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const asked = (signed: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=${signed}, Signature=${'0'.repeat(64)}`
const common = {
  host: 'examplebucket.s3.amazonaws.com',
  'x-amz-content-sha256': empty,
  'x-amz-date': '20130524T000000Z',
}

test('the stand-in of S3 computes the signatures of the examples that Amazon gives', () => {
  const object = {
    method: 'GET',
    url: '/test.txt',
    headers: { ...common, range: 'bytes=0-9', authorization: asked('host;range;x-amz-content-sha256;x-amz-date') },
  }
  const list = {
    method: 'GET',
    url: '/?max-keys=2&prefix=J',
    headers: { ...common, authorization: asked('host;x-amz-content-sha256;x-amz-date') },
  }

  expect(signatureOf(object, secret)).toBe('f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41')
  expect(signatureOf(list, secret)).toBe('34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7')
})
