import type { ReactNode } from 'react'
import type { Tone } from './clock-words.ts'
import { momentWords, utcWords } from './moment-words.ts'
import { checkWord, stateTone } from './status-words.ts'
import { visibleText, webAddress } from './visible-text.ts'

/** Words of others: kept apart from ours in direction, with hidden marks made visible. */
export const Text = ({ children }: { readonly children: string }) => <bdi>{visibleText(children)}</bdi>

type MomentProps = { readonly at: string; readonly now: number; readonly brief?: boolean; readonly className?: string }

export const Moment = ({ at, now, brief = false, className }: MomentProps) => (
  <time dateTime={at} title={utcWords(at)} className={className}>
    {momentWords(at, now, brief)}
  </time>
)

export const Toned = ({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) => (
  <span className={`tone-${tone}`}>{children}</span>
)

type StateProps = { readonly state: string; readonly waitingFor: string | undefined }

/** Loud only where it is ours to act. */
export const StateBadge = ({ state, waitingFor }: StateProps) => (
  <span className={`badge tone-${stateTone(state)}${waitingFor === 'us' ? ' ours' : ''}`}>
    <Text>{state}</Text>
  </span>
)

export const CheckBadge = ({ status }: { readonly status: string }) => {
  const { word, tone, mark } = checkWord(status)
  return (
    <span className={`check-status tone-${tone}`}>
      <span className="mark" aria-hidden="true">
        {mark}
      </span>
      {word}
    </span>
  )
}

/** Opens beside the console and learns nothing from it; what is no web address stays text. */
export const WebLink = ({ label, url }: { readonly label: string; readonly url: string }) => {
  const address = webAddress(url)
  if (address === undefined) return <Text>{`${label}: ${url}`}</Text>
  return (
    <a href={address} target="_blank" rel="noopener noreferrer" title={visibleText(address)}>
      <Text>{label}</Text>
    </a>
  )
}
