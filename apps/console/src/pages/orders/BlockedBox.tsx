import type { Blocked } from '../../shapes.ts'
import { CommandLine } from '../../ui/CommandLine.tsx'
import { waitingWord } from '../../ui/status-words.ts'
import { Text } from '../../ui/Words.tsx'

type Props = { readonly blocked: Blocked; readonly waitingFor: string | undefined }

/** Why it stands still, everything that is missing, and what to type to go on. */
export const BlockedBox = ({ blocked, waitingFor }: Props) => (
  <section className="box box-bad" aria-labelledby="blocked">
    <h2 id="blocked">Blocked{waitingFor ? `, waits for ${waitingWord(waitingFor)}` : ''}</h2>
    <p>
      <Text>{blocked.reason}</Text>
    </p>
    {blocked.problems && blocked.problems.length > 0 ? (
      <ul className="problems">
        {blocked.problems.map(({ path, message, register }) => (
          <li key={`${path} ${message}`}>
            <code>
              <Text>{path}</Text>
            </code>{' '}
            <Text>{message}</Text> {register === undefined ? null : <span className="hint">{register}</span>}
          </li>
        ))}
      </ul>
    ) : null}
    {blocked.commands.length > 0 ? (
      <>
        <h3>To go on</h3>
        {blocked.commands.map((command) => (
          <CommandLine key={command} command={command} />
        ))}
      </>
    ) : null}
  </section>
)
