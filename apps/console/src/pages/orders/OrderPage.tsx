import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { pollMilliseconds, useLiveLink } from '../../live-link.ts'
import { goTo } from '../../router.ts'
import { useSignedIn } from '../../signed-in.ts'
import { currentStep } from '../../step-groups.ts'
import { PageLink } from '../../ui/PageLink.tsx'
import { TopBar } from '../../ui/TopBar.tsx'
import { Trouble } from '../../ui/Trouble.tsx'
import { useNow } from '../../ui/use-now.ts'
import { visibleText } from '../../ui/visible-text.ts'
import { Text } from '../../ui/Words.tsx'
import { BlockedBox } from './BlockedBox.tsx'
import { CheckList } from './CheckList.tsx'
import { NoteList } from './NoteList.tsx'
import { OrderHeader } from './OrderHeader.tsx'
import { RunList } from './RunList.tsx'
import { TrailList } from './TrailList.tsx'

/** `/orders/:ticket`: one order with everything that happens to it, as it happens. */
export function OrderPage({ ticket }: { readonly ticket: string }) {
  const { api, who, signOut, onRefused } = useSignedIn()
  const queries = useQueryClient()
  const now = useNow(api.now)
  const heading = useRef<HTMLHeadingElement>(null)
  const known = queries.getQueryData<{ id: string }>(['order', ticket, 'detail'])
  const link = useLiveLink({
    api,
    subject: known?.id ?? null,
    look: () => queries.invalidateQueries({ queryKey: ['order', ticket] }),
    onRefused,
  })
  const refetchInterval = pollMilliseconds(link)
  const detail = useQuery({
    queryKey: ['order', ticket, 'detail'],
    queryFn: () => api.getOrder(ticket),
    refetchInterval,
  })
  const timeline = useQuery({
    queryKey: ['order', ticket, 'timeline'],
    queryFn: () => api.getTimeline(ticket),
    refetchInterval,
  })
  const order = detail.data
  const story = timeline.data
  const trouble = detail.error ?? timeline.error
  useEffect(() => {
    document.title = `${visibleText(ticket)}${order ? ` ${order.state}` : ''} · Nexus`
  }, [ticket, order])
  useEffect(() => heading.current?.focus(), [])
  const running = story?.runs.flatMap((run) => currentStep(run) ?? []).at(-1)

  return (
    <>
      <TopBar link={link.state} who={who} onSignOut={signOut}>
        <PageLink to="/" go={goTo}>
          Orders
        </PageLink>
        <span aria-hidden="true"> / </span>
        <Text>{ticket}</Text>
      </TopBar>
      <main>
        <div className="title">
          <h1 ref={heading} tabIndex={-1}>
            <Text>{ticket}</Text> {order ? <Text>{order.organization}</Text> : null}
          </h1>
        </div>
        <p className="unseen" role="status">
          {order ? `${order.state}. ${running ? `Now: ${visibleText(running.name)}` : ''}` : ''}
        </p>
        {trouble ? <Trouble error={trouble} old={order !== undefined} /> : null}
        {order ? <OrderHeader order={order} links={story?.links ?? []} now={now} /> : null}
        {order?.blocked ? <BlockedBox blocked={order.blocked} waitingFor={order.waitingFor} /> : null}
        {order?.incident ? (
          <section className="box box-bad" aria-label="Incident">
            <h2>Incident</h2>
            <p>
              <Text>{order.incident.reason}</Text>
            </p>
          </section>
        ) : null}
        {story ? (
          <div className="columns">
            <div>
              <RunList runs={story.runs} now={now} />
              {order ? <NoteList order={order} now={now} /> : null}
            </div>
            <div>
              <CheckList checks={story.checks} now={now} />
              <TrailList entries={story.entries} now={now} />
            </div>
          </div>
        ) : trouble ? null : (
          <p className="hint">Asking for the order…</p>
        )}
      </main>
    </>
  )
}
