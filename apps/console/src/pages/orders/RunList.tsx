import type { Run, Step } from '../../shapes.ts'
import { currentStep, groupSteps, type StepGroup } from '../../step-groups.ts'
import { secondsOfStep, stepWords, type Tone } from '../../ui/clock-words.ts'
import { Moment, Text, Toned } from '../../ui/Words.tsx'

const outcomeTones: Readonly<Record<string, Tone>> = { done: 'good', blocked: 'bad', failed: 'bad', cancelled: 'quiet' }

/** The runs of an order, the newest first; what runs or ran last is open. */
export function RunList({ runs, now }: { readonly runs: readonly Run[]; readonly now: number }) {
  const newestFirst = [...runs].sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      {runs.length === 0 ? <p className="hint">Nothing has run for this order yet.</p> : null}
      {newestFirst.map((run, index) => (
        <details key={run.id} className="run" open={index === 0 || run.endedAt === undefined}>
          <summary>
            <Text>{run.flow}</Text> <RunState run={run} now={now} />
          </summary>
          <Now run={run} now={now} />
          <ol className="steps">
            {groupSteps(run.steps).map((group) => (
              <StepLine key={group.last.position} group={group} now={now} />
            ))}
          </ol>
          <p className="hint run-id">
            <Text>{run.id}</Text>, started <Moment at={run.startedAt} now={now} />
          </p>
        </details>
      ))}
    </section>
  )
}

function RunState({ run, now }: { readonly run: Run; readonly now: number }) {
  const took = stepWords(secondsOfStep(run, now))
  if (run.endedAt === undefined) return <Toned tone="plain">running for {took}</Toned>
  const outcome = run.outcome ?? 'ended'
  return (
    <>
      <Toned tone={outcomeTones[outcome] ?? 'unsure'}>
        <Text>{outcome}</Text>
      </Toned>{' '}
      <span className="hint">after {took}</span>
    </>
  )
}

/** What happens this moment, where the eye falls first. */
function Now({ run, now }: { readonly run: Run; readonly now: number }) {
  const step = currentStep(run)
  if (run.endedAt !== undefined) return null
  return (
    <p className="now">
      <span className="hint">Now</span>{' '}
      <strong>{step ? <Text>{step.name}</Text> : run.waitingFor ? 'waiting' : 'between two steps'}</strong>{' '}
      {step ? <span className="number">{stepWords(secondsOfStep(step, now))}</span> : null}
      {step?.note === undefined ? null : (
        <span className="note">
          <Text>{step.note}</Text>
        </span>
      )}
      {run.waitingFor === undefined ? null : (
        <span className="note">
          waits for <Text>{run.waitingFor}</Text>
        </span>
      )}
    </p>
  )
}

const stepMarks: Readonly<Record<string, { readonly mark: string; readonly tone: Tone }>> = {
  done: { mark: '✓', tone: 'good' },
  running: { mark: '▸', tone: 'plain' },
  failed: { mark: '✕', tone: 'bad' },
}

function StepLine({ group, now }: { readonly group: StepGroup; readonly now: number }) {
  const { last: step, earlier } = group
  const { mark, tone } = stepMarks[step.state] ?? { mark: '?', tone: 'unsure' }
  const seconds = step.state === 'running' ? secondsOfStep(step, now) : group.seconds
  return (
    <li className={`step step-${step.state}`} aria-current={step.state === 'running' ? 'step' : undefined}>
      <span className={`mark tone-${tone}`} aria-hidden="true">
        {mark}
      </span>
      <span className="step-name">
        <Text>{step.name}</Text>
        {step.state === 'done' ? null : (
          <span className={`step-state tone-${tone}`}>
            {' '}
            <Text>{step.state}</Text>
          </span>
        )}
        {step.attempts > 1 ? <span className="tone-warn"> tried {step.attempts} times</span> : null}
        {earlier.length > 0 ? <span className="hint"> {earlier.length + 1} times</span> : null}
      </span>
      <span className="number hint">{stepWords(seconds)}</span>
      {step.note === undefined ? null : (
        <span className="note">
          <Text>{step.note}</Text>
        </span>
      )}
      <StepFailure step={step} />
    </li>
  )
}

const StepFailure = ({ step: { failure } }: { readonly step: Step }) =>
  failure === undefined ? null : (
    <div className="failure">
      <p className="tone-bad">
        <Text>{failure.message}</Text>
      </p>
      {failure.hint === undefined ? null : (
        <p>
          Next: <Text>{failure.hint}</Text>
        </p>
      )}
      <p className="hint">
        <Text>{failure.code}</Text>
      </p>
    </div>
  )
