import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { pollMilliseconds, useLiveLink } from '../live-link.ts'
import { mergeOrders } from '../merge-orders.ts'
import type { Shown } from '../nexus-api.ts'
import { goTo } from '../router.ts'
import type { Order } from '../shapes.ts'
import { useSignedIn } from '../signed-in.ts'
import { dueWords } from '../ui/clock-words.ts'
import { PageLink } from '../ui/PageLink.tsx'
import { TopBar } from '../ui/TopBar.tsx'
import { Trouble } from '../ui/Trouble.tsx'
import { useNow } from '../ui/use-now.ts'
import { OrdersTable } from './OrdersTable.tsx'

const filters: readonly { readonly shown: Shown; readonly label: string; readonly to: string }[] = [
  { shown: 'all', label: 'All', to: '/' },
  { shown: 'at-risk', label: 'At risk', to: '/?show=at-risk' },
  { shown: 'blocked', label: 'Blocked', to: '/?show=blocked' },
]

const nothing = {
  all: 'No orders yet. The first one: nexusctl order create -f order.yaml, or POST /hooks/pulse.',
  'at-risk': 'No order is at risk.',
  blocked: 'No order is blocked.',
} as const satisfies Record<Shown, string>

/** `/`: the orders by due time, moving as they do. */
export function OrdersPage({ query }: { readonly query: URLSearchParams }) {
  const { api, who, signOut, onRefused } = useSignedIn()
  const queries = useQueryClient()
  const now = useNow(api.now)
  const shown = filters.find((each) => each.shown === query.get('show'))?.shown ?? 'all'
  const link = useLiveLink({
    api,
    subject: undefined,
    look: () => queries.invalidateQueries({ queryKey: ['orders'] }),
    onRefused,
  })
  const orders = useInfiniteQuery({
    queryKey: ['orders', shown],
    queryFn: ({ pageParam }) => api.listOrders(shown, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    refetchInterval: pollMilliseconds(link),
    placeholderData: keepPreviousData,
  })
  useEffect(() => {
    document.title = 'Orders · Nexus'
  }, [])
  const { open, closed } = mergeOrders(orders.data?.pages ?? [])
  const counts = countsOf(open, now)

  return (
    <>
      <TopBar link={link.state} who={who} onSignOut={signOut}>
        <strong>Nexus</strong>
      </TopBar>
      <main>
        <div className="title">
          <h1>Orders</h1>
          <nav className="filters" aria-label="Which orders">
            {filters.map(({ shown: each, label, to }) => (
              <PageLink key={each} to={to} go={goTo} current={each === shown}>
                {label}
              </PageLink>
            ))}
          </nav>
          <p className="counts" role="status">
            {orders.data ? counts : ''}
          </p>
        </div>
        {orders.error ? <Trouble error={orders.error} old={orders.data !== undefined} /> : null}
        {orders.isPending && !orders.error ? <p className="hint">Asking for the orders…</p> : null}
        {orders.data && open.length + closed.length === 0 ? <p className="hint">{nothing[shown]}</p> : null}
        {open.length + closed.length > 0 ? <OrdersTable open={open} closed={closed} now={now} /> : null}
        {orders.hasNextPage ? (
          <button type="button" onClick={() => orders.fetchNextPage()} disabled={orders.isFetchingNextPage}>
            Show more
          </button>
        ) : null}
      </main>
    </>
  )
}

function countsOf(open: readonly Order[], now: number): string {
  const tones = open.map((order) => dueWords(order, now).tone)
  const of = (tone: string) => tones.filter((each) => each === tone).length
  const blocked = open.filter((order) => order.state === 'Blocked').length
  const parts = [`${open.length} open`, `${of('bad')} overdue`, `${of('warn')} at risk`, `${blocked} blocked`]
  return parts.filter((part, index) => index === 0 || !part.startsWith('0 ')).join(' · ')
}
