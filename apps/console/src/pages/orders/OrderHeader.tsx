import type { ReactNode } from 'react'
import type { OrderDetail, Timeline } from '../../shapes.ts'
import { dueWords, elapsedSeconds, spanWords } from '../../ui/clock-words.ts'
import { waitingWord } from '../../ui/status-words.ts'
import { Moment, StateBadge, Text, Toned, WebLink } from '../../ui/Words.tsx'

type Props = { readonly order: OrderDetail; readonly links: Timeline['links']; readonly now: number }

export function OrderHeader({ order, links, now }: Props) {
  const due = dueWords(order, now)
  const elapsed = elapsedSeconds(order, now)
  return (
    <section aria-label="The order">
      <p className="headline">
        <StateBadge state={order.state} waitingFor={order.waitingFor} />
        <Toned tone={due.tone}>{due.text}</Toned>
        {order.cancelWantedAt && order.state !== 'Cancelled' ? <Toned tone="warn">being cancelled</Toned> : null}
        {order.breachCause === undefined ? null : (
          <span className="hint">
            late because: <Text>{order.breachCause}</Text>
          </span>
        )}
      </p>
      <dl className="facts">
        <Fact term="Due">{order.dueAt === undefined ? '–' : <Moment at={order.dueAt} now={now} brief />}</Fact>
        <Fact term="Elapsed">{elapsed === undefined ? '–' : spanWords(elapsed)}</Fact>
        <Fact term="Customer's clock">{order.elapsedSeconds ? spanWords(order.elapsedSeconds.customer) : '–'}</Fact>
        <Fact term="Waiting for">{waitingWord(order.waitingFor) || 'nobody'}</Fact>
        <Fact term="Owner">{order.owner ? <Text>{order.owner.name}</Text> : <Toned tone="warn">nobody</Toned>}</Fact>
        <Fact term="Plan">{<Text>{order.plan ?? '–'}</Text>}</Fact>
        <Fact term="Environment">
          <Text>{[order.environment, order.region].filter(Boolean).join(', ')}</Text>
        </Fact>
        <Fact term="Host">{order.hostId === undefined ? 'none yet' : <Text>{order.hostId}</Text>}</Fact>
        <Fact term="Number in Pulse">
          <Text>{order.orderNumber ?? '–'}</Text>
        </Fact>
        <Fact term="Attempt">{order.attempt === 0 ? 'none yet' : order.attempt}</Fact>
        {order.liveAt === undefined ? null : (
          <Fact term="Live since">
            <Moment at={order.liveAt} now={now} />
          </Fact>
        )}
      </dl>
      {links.length === 0 ? null : (
        <ul className="links" aria-label="Links">
          {links.map(({ label, url }) => (
            <li key={`${label} ${url}`}>
              <WebLink label={label} url={url} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const Fact = ({ term, children }: { readonly term: string; readonly children: ReactNode }) => (
  <div>
    <dt>{term}</dt>
    <dd>{children}</dd>
  </div>
)
