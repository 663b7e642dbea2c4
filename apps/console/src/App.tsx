import { ClientError } from '@nexus/client'
import { QueryCache, QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { createApi, type NexusApi } from './nexus-api.ts'
import { NoPage } from './pages/NoPage.tsx'
import { OrdersPage } from './pages/OrdersPage.tsx'
import { OrderPage } from './pages/orders/OrderPage.tsx'
import { SignInPage } from './pages/SignInPage.tsx'
import { pageAt, usePlace } from './router.ts'
import { forgetToken, keepToken, readToken } from './session.ts'
import { SignedInContext } from './signed-in.ts'

/** The token decides: with one the page of the address is shown, without one the way in. */
export function App({ storage }: { readonly storage: Storage }) {
  const [token, setToken] = useState(() => readToken(storage))
  const [told, setTold] = useState<string>()
  const leave = (why?: string) => {
    forgetToken(storage)
    setTold(why)
    setToken(undefined)
  }
  const enter = (accepted: string) => {
    keepToken(storage, accepted)
    setTold(undefined)
    setToken(accepted)
  }
  if (token === undefined) return <SignInPage told={told} onAccepted={enter} />
  return <Inside key={token} token={token} onLeave={leave} />
}

/** Made anew for each token, so that nothing one person saw is shown to the next. */
function Inside({ token, onLeave }: { readonly token: string; readonly onLeave: (why?: string) => void }) {
  const [{ api, queries }] = useState(() => ({ api: createApi(token), queries: createQueries(refused) }))

  function refused(error: ClientError): void {
    queries.clear()
    onLeave(error.message)
  }
  return (
    <QueryClientProvider client={queries}>
      <Pages api={api} onLeave={onLeave} onRefused={refused} />
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
