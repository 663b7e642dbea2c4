import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { Database } from '../db.ts'
import { toFailure } from '../errors.ts'
import { type EmbeddedAccounts, passwordProblem, shortestPassword } from './embedded-identity-accounts.ts'
import { wrongTenant } from './embedded-identity-oidc.ts'
import { contentSecurityPolicy, invitePage, loginPage, noticePage } from './embedded-identity-pages.ts'
import type { EmbeddedClient, EmbeddedClients } from './embedded-identity-store.ts'

type Parts = {
  readonly db: Database
  readonly origin: string
  readonly oidc: Provider
  readonly accounts: EmbeddedAccounts
  readonly clients: EmbeddedClients
}

const refusedSentence = 'E-mail or password is wrong, or there were too many attempts. Try again in some minutes.'
const largestForm = 8192

/** Everything the listener answers: our pages first, the library's endpoints after them. */
export function embeddedIdentityHttp(parts: Parts) {
  const { db, origin, oidc, accounts, clients } = parts
  const host = new URL(origin).host
  const library = oidc.callback()

  const organizationOf = async (tenant: string): Promise<string> =>
    (await db.row<{ name: string }>('select o.name from embedded_organization o where o.tenant = $1', [tenant]))
      ?.name ?? tenant

  async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const details = await oidc.interactionDetails(request, response).catch(() => undefined)
    const client = await clients.byId(String(details?.params['client_id'] ?? ''))
    if (!details || !client) {
      return html(
        response,
        400,
        noticePage('This sign-in took too long', 'Go back to your application and start again.'),
      )
    }
    const form = {
      tenant: client.tenant,
      organization: await organizationOf(client.tenant),
      action: `/sign-in/${details.uid}`,
    }
    const origins = formOrigins(client)
    if (request.method === 'GET') {
      const stranger = details.prompt.reasons.includes(wrongTenant)
      const problem = stranger
        ? `You are signed in with an account that does not belong to ${form.organization}.`
        : undefined
      return html(response, stranger ? 403 : 200, loginPage({ ...form, problem }), origins)
    }
    const body = await readForm(request)
    const email = body.get('email')?.trim() ?? ''
    const address = request.socket.remoteAddress ?? ''
    const answer = await accounts.logIn(client.tenant, email, body.get('password') ?? '', address)
    if (answer.kind === 'stranger') {
      const sentence = `This account does not belong to ${form.organization}. Sign in with an account of ${client.tenant}.`
      return html(
        response,
        403,
        noticePage('You cannot come in', sentence, { href: form.action, text: 'Use another account' }),
      )
    }
    if (answer.kind === 'refused')
      return html(response, 401, loginPage({ ...form, email, problem: refusedSentence }), origins)
    const result = { login: { accountId: answer.account.id, amr: ['pwd'] } }
    await oidc.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }

  async function invite(request: IncomingMessage, response: ServerResponse, token: string): Promise<void> {
    const account = await accounts.openInvite(token)
    if (!account) return html(response, 410, inviteEndedPage())
    const form = {
      email: account.email,
      organization: await organizationOf(account.tenant),
      action: `/invite/${token}`,
      shortest: shortestPassword,
    }
    if (request.method === 'GET') return html(response, 200, invitePage(form))
    const body = await readForm(request)
    const password = body.get('password') ?? ''
    const problem = passwordProblem(password, body.get('again') ?? '', account.email)
    if (problem) return html(response, 422, invitePage({ ...form, problem }))
    try {
      await accounts.acceptInvite(token, password)
    } catch (thrown) {
      if (toFailure(thrown).code !== 'identity.invite_ended') throw thrown
      return html(response, 410, inviteEndedPage())
    }
    const app = (await clients.byId(`nexus-${account.tenant}`))?.postLogoutUris[0]
    const link = app === undefined ? undefined : { href: app, text: `Go to ${form.organization}` }
    html(response, 200, noticePage('Your password is set', `Sign in as ${account.email}.`, link))
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Addresses in answers are built from the Host header, so only our own is taken.
    if (request.headers.host !== host)
      return html(response, 421, noticePage('Not here', 'This is not the address of this service.'))
    const { pathname } = new URL(request.url ?? '/', origin)
    const ours = pathname.startsWith('/sign-in/') || pathname.startsWith('/invite/')
    if (!ours) {
      await library(request, response)
      return
    }
    if (request.method !== 'GET' && request.method !== 'POST')
      return html(response, 405, noticePage('Not like that', 'This page only takes forms.'))
    const from = request.headers.origin
    if (request.method === 'POST' && from !== undefined && from !== origin) {
      return html(response, 403, noticePage('Not from there', 'This form was sent from another site.'))
    }
    const invited = /^\/invite\/([A-Za-z0-9_-]{43})$/.exec(pathname)?.[1]
    if (pathname.startsWith('/sign-in/')) return signIn(request, response)
    if (invited) return invite(request, response, invited)
    return html(response, 404, noticePage('Nothing here', 'There is no such page.'))
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((thrown: unknown) => {
      const status = toFailure(thrown).kind === 'too_large' ? 413 : 500
      if (response.headersSent) response.destroy()
      else html(response, status, noticePage('That did not work', 'Go back and try again.'))
    })
  }
}

const inviteEndedPage = () =>
  noticePage(
    'This invitation has ended',
    'It was used, replaced by a newer one, or is older than a day. Ask for a new one.',
  )

/** After a sign-in the browser is sent on to the application, and browsers hold that against form-action. */
const formOrigins = (client: EmbeddedClient): readonly string[] => [
  ...new Set([...client.redirectUris, ...client.postLogoutUris].map((each) => new URL(each).origin)),
]

function html(response: ServerResponse, status: number, body: string, origins: readonly string[] = []): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy(origins),
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  })
  response.end(body)
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > largestForm)
      throw Object.assign(new Error('The form is too large.'), { code: 'identity.form_too_large', kind: 'too_large' })
    parts.push(part)
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'))
}
