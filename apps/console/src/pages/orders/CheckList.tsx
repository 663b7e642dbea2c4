import type { Check } from '../../shapes.ts'
import { stepWords } from '../../ui/clock-words.ts'
import { countWords, worstFirst } from '../../ui/status-words.ts'
import { visibleText } from '../../ui/visible-text.ts'
import { CheckBadge, Moment, Text } from '../../ui/Words.tsx'

/** The newest answer of every check, what refuses first; each opens to its evidence. */
export const CheckList = ({ checks, now }: { readonly checks: readonly Check[]; readonly now: number }) => (
  <section aria-labelledby="checks">
    <h2 id="checks">
      Checks
      {countWords(checks).map(({ word, tone, count }) => (
        <span key={word} className={`count tone-${tone}`}>
          {count} {word}
        </span>
      ))}
    </h2>
    {checks.length === 0 ? <p className="hint">Nothing has been checked yet.</p> : null}
    <ul className="checks">
      {worstFirst(numbered(checks)).map((check) => (
        <li key={check.key}>
          <details>
            <summary>
              <CheckBadge status={check.status} />
              <span className="check-title">
                <Text>{check.title}</Text>
                <span className="summary hint">
                  <Text>{check.summary}</Text>
                </span>
              </span>
            </summary>
            <Evidence check={check} now={now} />
          </details>
        </li>
      ))}
    </ul>
  </section>
)

/** One check may be asked about several subjects: the second of a name is another line, and stays the same one. */
const numbered = (checks: readonly Check[]): readonly (Check & { readonly key: string })[] => {
  const seen = new Map<string, number>()
  return checks.map((check) => {
    const times = (seen.get(check.name) ?? 0) + 1
    seen.set(check.name, times)
    return { ...check, key: `${check.name} ${times}` }
  })
}

const Evidence = ({ check, now }: { readonly check: Check; readonly now: number }) => (
  <dl className="evidence">
    <dt>asked</dt>
    <dd>
      <code>
        <Text>{check.asked}</Text>
      </code>
    </dd>
    <dt>answer</dt>
    <dd>
      <Text>{check.summary}</Text>
    </dd>
    <dt>from</dt>
    <dd>
      <Text>{check.vantage}</Text>
    </dd>
    <dt>when</dt>
    <dd>
      <Moment at={check.at} now={now} />
      {check.seconds === undefined ? '' : `, took ${stepWords(check.seconds)}`}
    </dd>
    <dt>name</dt>
    <dd>
      <Text>{check.name}</Text>
    </dd>
    {check.evidence === undefined ? null : (
      <>
        <dt>evidence</dt>
        <dd>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard */}
          <pre tabIndex={0} dir="ltr">
            {visibleText(check.evidence)}
          </pre>
        </dd>
      </>
    )}
  </dl>
)
