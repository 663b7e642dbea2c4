import { NexusError } from '../../platform/errors.ts'
import { type Browser, passwordForm } from './sign-in-browser.ts'
import type { HttpAnswer } from './sign-in-http.ts'

export type SignInPerson = { readonly email: string; readonly password: string }

/** Brings a browser from the provider's login page to the redirect that leaves the provider, or to its refusal (401, 403). */
export type LogIn = (through: Browser, page: HttpAnswer, person: SignInPerson, stopAt: string) => Promise<HttpAnswer>

/** An HTML page with a password form, as the embedded provider shows it. */
export const logInByForm: LogIn = async (through, page, person, stopAt) => {
  const form = passwordForm(page)
  if (!form)
    throw new NexusError(
      'identity.no_login_page',
      'unavailable',
      `${page.url} shows no sign-in form (HTTP ${page.status}).`,
    )
  const answer = await through.submit({
    action: form.action,
    fields: { ...form.fields, email: person.email, password: person.password },
  })
  return through.follow(answer, stopAt)
}
