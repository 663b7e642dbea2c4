import { useEffect, useState } from 'react'
import { visibleText } from './visible-text.ts'

/** A command as it is shown is a command as it is copied. */
export function CommandLine({ command }: { readonly command: string }) {
  const shown = visibleText(command)
  const [told, setTold] = useState('')
  useEffect(() => {
    if (told === '') return
    const timer = setTimeout(() => setTold(''), 2500)
    return () => clearTimeout(timer)
  }, [told])
  const copy = () =>
    (navigator.clipboard?.writeText(shown) ?? Promise.reject(new Error('no clipboard'))).then(
      () => setTold('Copied'),
      () => setTold('Select it and copy by hand'),
    )
  return (
    <div className="command">
      <code>{shown}</code>
      <button type="button" onClick={copy} aria-label={`Copy ${shown}`}>
        Copy
      </button>
      <span role="status">{told}</span>
    </div>
  )
}
