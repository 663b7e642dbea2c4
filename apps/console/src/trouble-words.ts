/** What went wrong on the way through the identity provider: the server leads back here with the code of it. */
const sentences: Readonly<Record<string, string>> = {
  'access.sign_in_unknown':
    'Nobody with your verified address may sign in to Nexus. An admin adds people with nexusctl access person add.',
  'access.sign_in_other_account': 'Your address belongs to a person who signs in with another account.',
  'access.sign_in_refused': 'You are disabled here and cannot sign in.',
  'access.sign_in_expired': 'This sign-in took too long or began in another browser. Start again.',
  'access.sign_in_failed': 'The identity provider did not sign you in. Start again.',
  'access.sign_in_away': 'The identity provider does not answer. Try again, or use an API token.',
  'access.sign_in_off': 'Sign-in by an identity provider is not set up here.',
}

/** Never text from the address itself: whoever sends a link must not choose what this page says. */
export function troubleOf(search: string): string | undefined {
  const code = new URLSearchParams(search).get('trouble')
  if (code === null) return undefined
  return Object.hasOwn(sentences, code) ? sentences[code] : 'Signing in did not work. Start again.'
}

/** Reads it once and takes it out of the address, so that a reload does not tell it again. */
export function takeTrouble(): string | undefined {
  const { search, pathname } = globalThis.location
  const told = troubleOf(search)
  if (told !== undefined) globalThis.history.replaceState(null, '', pathname)
  return told
}
