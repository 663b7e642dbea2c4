import { Text } from './Words.tsx'

/** What went wrong, and what to do; over something that is shown already it says that this may be old. */
export function Trouble({ error, old }: { readonly error: Error; readonly old: boolean }) {
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined
  return (
    <div className="trouble" role="alert">
      <strong>{old ? 'What is shown may be old. ' : ''}</strong>
      <Text>{error.message}</Text>
      {hint === undefined ? null : (
        <p className="hint">
          <Text>{hint}</Text>
        </p>
      )}
    </div>
  )
}
