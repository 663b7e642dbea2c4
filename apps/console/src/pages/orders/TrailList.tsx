import { useState } from 'react'
import type { Entry } from '../../shapes.ts'
import { Moment, Text } from '../../ui/Words.tsx'

const shortList = 25

/** Who did what, the newest first. */
export function TrailList({ entries, now }: { readonly entries: readonly Entry[]; readonly now: number }) {
  const [whole, setWhole] = useState(false)
  const numbered = entries.map((entry, number) => ({ ...entry, number })).reverse()
  const shown = whole ? numbered : numbered.slice(0, shortList)
  return (
    <section aria-labelledby="trail">
      <h2 id="trail">Trail</h2>
      {entries.length === 0 ? <p className="hint">No entries.</p> : null}
      <ol className="trail">
        {shown.map((entry) => (
          <li key={entry.number}>
            <Moment at={entry.at} now={now} />
            <span>
              <strong>
                <Text>{entry.action}</Text>
              </strong>{' '}
              <span className="hint">
                <Text>{entry.actor}</Text>
                {entry.onBehalfOf === undefined ? null : (
                  <>
                    {' for '}
                    <Text>{entry.onBehalfOf}</Text>
                  </>
                )}
              </span>
              {entry.reason === undefined ? null : (
                <span className="note">
                  <Text>{entry.reason}</Text>
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
      {numbered.length > shown.length ? (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {numbered.length}
        </button>
      ) : null}
    </section>
  )
}
