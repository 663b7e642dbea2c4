/**
 * The certificate of the bare script: `bare-certificate.ts REQUEST.pem PROGRAM` prints the chain. `PROGRAM challenge TOKEN
 * ANSWER` makes the host answer a challenge. The same client as in Nexus, with the same pauses.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { Agent } from 'node:https'
import { promisify } from 'node:util'
import acme from 'acme-client'

const [request = '', program = ''] = process.argv.slice(2)
const { ACME_DIRECTORY: directoryUrl = '', ACME_DIRECTORY_CA: authority = '' } = process.env

acme.axios.defaults.httpsAgent = new Agent({ ca: await readFile(authority) })
const client = new acme.Client({
  directoryUrl,
  accountKey: await acme.crypto.createPrivateEcdsaKey('P-256'),
  backoffAttempts: 40,
  backoffMin: 250,
  backoffMax: 3000,
})
const chain = await client.auto({
  csr: await readFile(request),
  termsOfServiceAgreed: true,
  email: 'bare@bare.test',
  challengePriority: ['http-01'],
  skipChallengeVerification: true,
  challengeCreateFn: async (_authorization, { token }, answer) => {
    await promisify(execFile)(program, ['challenge', token, answer])
  },
  challengeRemoveFn: async () => {},
})
process.stdout.write(chain)
