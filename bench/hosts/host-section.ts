import { cpus, release } from 'node:os'
import { median } from '../order/small-figures.ts'

export type HostFigure = {
  readonly way: string
  readonly hosts: number
  readonly fresh: number
  readonly again: readonly number[]
  readonly date: string
}

export type FleetFigure = {
  readonly hosts: number
  /** `used`: of the heap, after garbage was collected; both in MB. */
  readonly rounds: readonly { readonly seconds: number; readonly megabytes: number; readonly used: number }[]
}

export function fleetLine({ hosts, rounds }: FleetFigure): string {
  const [first, last] = [rounds[0], rounds.at(-1)].map(
    (each) => `${shown(each?.megabytes, 0)} MB (${shown(each?.used, 1)} in use)`,
  )
  const seconds = median(rounds.map((each) => each.seconds))
  return `${hosts * rounds.length} looks at unchanged hosts (${hosts} hosts at once, ${rounds.length} times): ${seconds.toFixed(2)} s for ${hosts}, memory of the process ${first} after the first round, ${last} after the last.\n`
}

const ours = 'Nexus'
const counts = (figures: readonly HostFigure[]) => [...new Set(figures.map((each) => each.hosts))].sort((a, b) => a - b)
const againOf = (figure: HostFigure | undefined) =>
  figure === undefined || figure.again.length === 0 ? undefined : median(figure.again)
const ratio = (theirs: number | undefined, own: number | undefined) =>
  theirs === undefined || own === undefined || own === 0 ? undefined : theirs / own
const shown = (value: number | undefined, digits = 1) => (value === undefined ? '-' : value.toFixed(digits))

type Row = {
  readonly figure: HostFigure
  readonly again: number | undefined
  readonly slower: number | undefined
  readonly fresh: number | undefined
}

const rowsOf = (figures: readonly HostFigure[]): readonly Row[] =>
  counts(figures).flatMap((count) => {
    const some = figures.filter((each) => each.hosts === count)
    const own = some.find((each) => each.way === ours)
    return some.map((figure) => ({
      figure,
      again: againOf(figure),
      slower: ratio(againOf(figure), againOf(own)),
      fresh: ratio(figure.fresh, own?.fresh),
    }))
  })

export const tableOf = (figures: readonly HostFigure[]): string =>
  rowsOf(figures)
    .map(
      ({ figure, again, slower, fresh }) =>
        `${String(figure.hosts).padStart(3)} ${figure.way.padEnd(22)} fresh ${shown(figure.fresh).padStart(7)} s (${shown(fresh, 2)} x)  unchanged ${shown(again, 2).padStart(6)} s (${shown(slower)} x)\n`,
    )
    .join('')

const heading = '## Hosts: the baseline'

/** The part of docs/performance.md about hosts. */
export function hostSection(figures: readonly HostFigure[], fleet?: FleetFigure): string {
  const verdicts = counts(figures).flatMap((count) => {
    const of = (way: string) => figures.find((each) => each.hosts === count && each.way === way)
    const own = of(ours)
    if (own === undefined) return []
    const again = againOf(own)
    const goal = (name: string, value: number | undefined, met: (value: number) => boolean, unit: string) =>
      value === undefined
        ? []
        : [
            `- ${count === 1 ? 'one host' : `${count} hosts`}, ${name}: ${value.toFixed(2)}${unit}, ${met(value) ? 'met' : '**not met**'}.`,
          ]
    return [
      ...goal(
        'unchanged against Ansible (goal: at least 30 times faster)',
        ratio(againOf(of('Ansible, pipelined')), again),
        (value) => value >= 30,
        ' times',
      ),
      ...goal(
        'unchanged against mitogen (goal: at least 15 times faster)',
        ratio(againOf(of('Ansible with mitogen')), again),
        (value) => value >= 15,
        ' times',
      ),
      ...goal(
        'unchanged, connecting included (goal: at most 0.5 s a host)',
        again && again / count,
        (value) => value <= 0.5,
        ' s a host',
      ),
      ...goal(
        'fresh against apt-get alone (goal: at most 1.15)',
        ratio(own.fresh, of('apt-get alone')?.fresh),
        (value) => value <= 1.15,
        ' times',
      ),
    ]
  })
  return `${heading}

Written by \`npm run bench:hosts\` (\`node bench/hosts/main.ts\`, root, Debian, with ansible-core and ansible-mitogen of Debian).
${
  figures
    .map((each) => each.date.slice(0, 10))
    .sort()
    .at(-1) ?? ''
} · ${cpus().length} cores · Linux ${release()}.

| hosts | way | fresh, s | of Nexus | unchanged, s | of Nexus |
| ---: | --- | ---: | ---: | ---: | ---: |
${rowsOf(figures)
  .map(
    ({ figure, again, slower, fresh }) =>
      `| ${figure.hosts} | ${figure.way} | ${shown(figure.fresh)} | ${shown(fresh, 2)} | ${shown(again, 2)} | ${shown(slower)} |`,
  )
  .join('\n')}

${verdicts.join('\n')}
${fleet === undefined ? '' : `\n${fleetLine(fleet)}`}
Every host is a fresh one of the lab, its system updated before the clock starts. "Fresh" ends with everything in place and
the access proven by a session of its own; "unchanged" is the median of ${Math.max(0, ...figures.map((each) => each.again.length))} runs, each with a connection of its own. The
playbook is made from the same values as the baseline (bench/hosts/playbook.ts): every package, file, unit and user, one task
each, pipelined, with connections kept open. It looks at less: no rule of the firewall, no jail and no socket is looked at
by its effect, and it has no timer that puts old settings back. "apt-get alone" installs the same packages and lets them start.
`
}
