import type { MouseEvent, ReactNode } from 'react'

type Props = {
  readonly to: string
  readonly go: (path: string) => void
  readonly className?: string
  readonly current?: boolean
  readonly children: ReactNode
}

/** A link of the console: a plain click stays in the page, everything else is the browser's. */
export function PageLink({ to, go, className, current = false, children }: Props) {
  const onClick = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(to)
  }
  return (
    <a href={to} onClick={onClick} className={className} aria-current={current ? 'page' : undefined}>
      {children}
    </a>
  )
}
