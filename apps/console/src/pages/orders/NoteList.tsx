import type { OrderDetail } from '../../shapes.ts'
import { Moment, Text } from '../../ui/Words.tsx'

/** What the owner still has to decide, and what people wrote, the newest first. */
export const NoteList = ({ order, now }: { readonly order: OrderDetail; readonly now: number }) => (
  <>
    {order.tasks.length === 0 ? null : (
      <section aria-labelledby="tasks">
        <h2 id="tasks">Open tasks</h2>
        <ul className="trail">
          {order.tasks.map(({ id, title, createdAt }) => (
            <li key={id}>
              <Moment at={createdAt} now={now} />
              <Text>{title}</Text>
            </li>
          ))}
        </ul>
      </section>
    )}
    {order.notes.length === 0 ? null : (
      <section aria-labelledby="notes">
        <h2 id="notes">Notes</h2>
        <ul className="trail">
          {order.notes.toReversed().map(({ at, author, text }) => (
            <li key={`${at} ${author}`}>
              <Moment at={at} now={now} />
              <span className="whole-text">
                <strong>
                  <Text>{author}</Text>
                </strong>{' '}
                <Text>{text}</Text>
              </span>
            </li>
          ))}
        </ul>
      </section>
    )}
  </>
)
