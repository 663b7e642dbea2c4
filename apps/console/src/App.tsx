import { ClientError } from '@nexus/client'
import { QueryCache, QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { askWayIn, createApi, type NexusApi, type WayIn } from './nexus-api.ts'
import { NoPage } from './pages/NoPage.tsx'
import { OrdersPage } from './pages/OrdersPage.tsx'
import { OrderPage } from './pages/orders/OrderPage.tsx'
import { SignInPage } from './pages/SignInPage.tsx'
import { pageAt, usePlace } from './router.ts'
import { type Credential, forgetToken, keepToken, readToken } from './session.ts'
import { SignedInContext } from './signed-in.ts'
import { takeTrouble } from './trouble-words.ts'

/** A typed token or the cookie of this browser decides: with one the page of the address is shown, else the way in. */
export function App({ storage }: { readonly storage: Storage }) {
  const [credential, setCredential] = useState<Credential | undefined>(() => {
    const token = readToken(storage)
    return token === undefined ? undefined : { token }
  })
  const [told, setTold] = useState(takeTrouble)
  const [wayIn, setWayIn] = useState<WayIn>()
  useEffect(() => {
    if (credential) return
    let gone = false
    const found = (way: WayIn) => {
      if (gone) return
      setWayIn(way)
      if (way.session) setCredential({ csrf: way.session.csrf })
    }
    askWayIn().then(found, () => found({}))
    return () => {
      gone = true
    }
  }, [credential])
  const leave = (why?: string) => {
    forgetToken(storage)
    setTold(why)
    setWayIn(undefined)
    setCredential(undefined)
  }
  const enter = (token: string) => {
    keepToken(storage, token)
    setTold(undefined)
    setCredential({ token })
  }
  if (credential) return <Inside key={keyOf(credential)} credential={credential} onLeave={leave} />
  if (!wayIn || wayIn.session) return null
  return <SignInPage told={told} provider={wayIn.signIn} onAccepted={enter} />
}

const keyOf = (credential: Credential): string => ('token' in credential ? credential.token : credential.csrf)

type InsideProps = { readonly credential: Credential; readonly onLeave: (why?: string) => void }

/** Made anew for each credential, so that nothing one person saw is shown to the next. */
function Inside({ credential, onLeave }: InsideProps) {
  const [{ api, queries }] = useState(() => ({ api: createApi(credential), queries: createQueries(refused) }))

  function refused(error: ClientError): void {
    queries.clear()
    onLeave(error.message)
  }
  const signOut = () =>
    void api.signOut().then(
      () => onLeave(),
      (thrown) => onLeave(thrown instanceof Error ? thrown.message : 'Nexus could not be asked.'),
    )
  return (
    <QueryClientProvider client={queries}>
      <Pages api={api} onLeave={signOut} onRefused={refused} />
    </QueryClientProvider>
  )
}

type PagesProps = {
  readonly api: NexusApi
  readonly onLeave: () => void
  readonly onRefused: (error: ClientError) => void
}

function Pages({ api, onLeave, onRefused }: PagesProps) {
  const place = usePlace()
  const me = useQuery({ queryKey: ['me'], queryFn: api.whoAmI, staleTime: Number.POSITIVE_INFINITY })
  const who = me.data?.name ?? ''
  const signedIn = useMemo(() => ({ api, who, signOut: () => onLeave(), onRefused }), [api, who, onLeave, onRefused])
  const page = pageAt(place.pathname)
  return (
    <SignedInContext value={signedIn}>
      {page.name === 'orders' ? <OrdersPage query={place.searchParams} /> : null}
      {page.name === 'order' ? <OrderPage key={page.ticket} ticket={page.ticket} /> : null}
      {page.name === 'none' ? <NoPage /> : null}
    </SignedInContext>
  )
}

/** Works without the internet: nexusd may be on this very machine. */
const createQueries = (onRefused: (error: ClientError) => void): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ClientError && error.kind === 'unauthenticated') onRefused(error)
      },
    }),
    defaultOptions: {
      queries: {
        networkMode: 'always',
        retry: (failures, error) => error instanceof ClientError && error.kind === 'unavailable' && failures < 1,
        retryDelay: 500,
      },
    },
  })
