/** nexusd itself, whose clock whoever started it may set: the wall clock of this process, timers aside. */
import { moveClock } from '../../../apps/server/src/platform/clock.ts'

let jumped = 0
const wallClock = Date.now.bind(Date)
const RealDate = Date
class JumpedDate extends RealDate {
  constructor(...words: [] | ConstructorParameters<typeof RealDate>) {
    if (words.length === 0) super(wallClock() + jumped)
    else super(...(words as [number]))
  }
  static override now(): number {
    return wallClock() + jumped
  }
}

process.on('message', (wish: { readonly jump?: number; readonly move?: number }) => {
  if (wish.jump !== undefined) {
    jumped += wish.jump
    globalThis.Date = JumpedDate as DateConstructor
  }
  if (wish.move !== undefined) moveClock(wish.move)
  process.send?.('moved')
})

await import('../../../apps/server/src/main.ts')
