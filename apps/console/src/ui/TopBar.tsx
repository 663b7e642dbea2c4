import type { ReactNode } from 'react'

type LinkState = 'connecting' | 'live' | 'polling'

const linkWords = {
  connecting: 'connecting',
  live: 'live',
  polling: 'not live: asking every 3 s',
} as const satisfies Record<LinkState, string>

type Props = {
  readonly link: LinkState
  readonly who: string
  readonly onSignOut: () => void
  readonly children: ReactNode
}

export const TopBar = ({ link, who, onSignOut, children }: Props) => (
  <header className="top">
    <nav aria-label="Where you are">{children}</nav>
    <span className={`link link-${link}`} role="status">
      {linkWords[link]}
    </span>
    <span className="who">{who}</span>
    <button type="button" onClick={onSignOut}>
      Sign out
    </button>
  </header>
)
