import { goTo, orderPath } from '../router.ts'
import type { Order } from '../shapes.ts'
import { dueWords, elapsedSeconds, spanWords, stopped } from '../ui/clock-words.ts'
import { PageLink } from '../ui/PageLink.tsx'
import { waitingWord } from '../ui/status-words.ts'
import { Moment, StateBadge, Text } from '../ui/Words.tsx'

type Props = { readonly open: readonly Order[]; readonly closed: readonly Order[]; readonly now: number }

export const OrdersTable = ({ open, closed, now }: Props) => (
  <table className="orders">
    <caption className="unseen">Orders by due time</caption>
    <thead>
      <tr>
        <th scope="col">Due</th>
        <th scope="col">Order</th>
        <th scope="col">State</th>
        <th scope="col">Waiting for</th>
        <th scope="col">Owner</th>
        <th scope="col" className="number">
          Elapsed
        </th>
        <th scope="col">Plan</th>
      </tr>
    </thead>
    {open.length > 0 ? <Rows orders={open} now={now} /> : null}
    {closed.length > 0 ? (
      <>
        <tbody className="divider">
          <tr>
            <th colSpan={7} scope="colgroup">
              Live and cancelled
            </th>
          </tr>
        </tbody>
        <Rows orders={closed} now={now} />
      </>
    ) : null}
  </table>
)

const Rows = ({ orders, now }: { readonly orders: readonly Order[]; readonly now: number }) => (
  <tbody>
    {orders.map((order) => (
      <OrderRow key={order.id} order={order} now={now} />
    ))}
  </tbody>
)

function OrderRow({ order, now }: { readonly order: Order; readonly now: number }) {
  const due = dueWords(order, now)
  const elapsed = elapsedSeconds(order, now)
  return (
    <tr className={`row-${due.tone}`}>
      <td className="due">
        <span className={`tone-${due.tone}`}>{due.text}</span>
        {order.dueAt === undefined || due.text === stopped ? null : (
          <Moment at={order.dueAt} now={now} brief className="hint" />
        )}
      </td>
      <th scope="row" className="order">
        <PageLink to={orderPath(order.ticket)} go={goTo} className="whole-row">
          <Text>{order.ticket}</Text>
        </PageLink>{' '}
        <Text>{order.organization}</Text>
        {order.environment === 'prod' ? null : (
          <span className="hint">
            {' '}
            <Text>{order.environment}</Text>
          </span>
        )}
      </th>
      <td className="state">
        <StateBadge state={order.state} waitingFor={order.waitingFor} />
        {order.cancelWantedAt && order.state !== 'Cancelled' ? (
          <span className="tone-warn"> being cancelled</span>
        ) : null}
        {order.blocked ? (
          <span className="reason hint">
            <Text>{order.blocked.reason}</Text>
          </span>
        ) : null}
      </td>
      <td className="waiting" data-label="waits for">
        {waitingWord(order.waitingFor) || '–'}
      </td>
      <td className="owner" data-label="owner">
        {order.owner ? <Text>{order.owner.name}</Text> : null}
        {order.owner ? null : needsOwner(order) ? <span className="tone-warn">nobody</span> : '–'}
      </td>
      <td className="number" data-label="elapsed">
        {elapsed === undefined ? '–' : spanWords(elapsed)}
      </td>
      <td className="plan" data-label="plan">
        <Text>{order.plan ?? '–'}</Text>
      </td>
    </tr>
  )
}

const needsOwner = ({ state }: Order) => state !== 'Draft' && state !== 'Live' && state !== 'Cancelled'
