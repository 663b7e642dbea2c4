/** nexusd itself, whose clock whoever started it may set: the wall clock of this process, timers aside. */
let jumped = Number(process.env['FAULT_MOVED'] ?? 0)
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

globalThis.Date = JumpedDate as DateConstructor

process.on('message', (wish: { readonly jump: number }) => {
  jumped += wish.jump
  process.send?.('jumped')
})

await import('../../../apps/server/src/main.ts')
