import { type FormEvent, useState } from 'react'
import { createApi } from '../nexus-api.ts'
import { looksLikeToken } from '../session.ts'
import { Text } from '../ui/Words.tsx'

type Props = {
  readonly told: string | undefined
  readonly provider: { readonly name: string; readonly at: string } | undefined
  readonly onAccepted: (token: string) => void
}

/** Leads to the identity provider where there is one. Takes an API token, asks the server whether it is good, and hands it on; it is kept by nobody else. */
export function SignInPage({ told, provider, onAccepted }: Props) {
  const [token, setToken] = useState('')
  const [asking, setAsking] = useState(false)
  const [trouble, setTrouble] = useState(told)
  const signIn = async (event: FormEvent) => {
    event.preventDefault()
    const given = token.trim()
    if (!looksLikeToken(given)) return setTrouble('This is not a token: it begins with nxt_ and has no spaces.')
    setAsking(true)
    setTrouble(undefined)
    try {
      await createApi({ token: given }).whoAmI()
      onAccepted(given)
    } catch (thrown) {
      setTrouble(thrown instanceof Error ? thrown.message : 'Nexus could not be asked.')
      setAsking(false)
    }
  }
  return (
    <main className="alone">
      <form onSubmit={signIn} aria-labelledby="sign-in">
        <h1 id="sign-in">Nexus</h1>
        {provider ? (
          <p>
            <a className="button" href={`${provider.at}?to=${encodeURIComponent(here())}`}>
              Sign in with <Text>{provider.name}</Text>
            </a>
          </p>
        ) : null}
        <label htmlFor="token">API token</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          required
          // biome-ignore lint/a11y/noAutofocus: the only thing to do on this page
          autoFocus={provider === undefined}
          value={token}
          onChange={(event) => setToken(event.target.value)}
          aria-describedby="token-help"
          aria-invalid={trouble !== undefined}
        />
        <p id="token-help" className="hint">
          Kept in this tab until you sign out or close it. A new one: <code>nexusctl access token create</code>
        </p>
        <div role="alert" className="tone-bad">
          {trouble === undefined ? null : <Text>{trouble}</Text>}
        </div>
        <button type="submit" disabled={asking}>
          {asking ? 'Asking…' : 'Sign in'}
        </button>
      </form>
    </main>
  )
}

const here = () => `${globalThis.location.pathname}${globalThis.location.search}`
