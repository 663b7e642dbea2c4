import { createHash } from 'node:crypto'
import { sh } from '../../platform/shell.ts'

/**
 * One thing that is so on every host of a profile. `check` and `apply` are POSIX sh that uses the words of
 * baseline-shell.ts. `check` answers 0 (it is so), 1 (it differs) or 3 (not applicable here) and may say what it found in
 * `$seen` or why not in `$reason`; it looks at the effect where there is one, never at a receipt.
 */
export type BaselineItem = {
  readonly id: string
  readonly title: string
  /** Ids of the register this item meets. */
  readonly register: readonly string[]
  /**
   * `sources` before packages are installed; `packages` in one transaction with the updates; `services` are started
   * together when all settings are in place; `guarded` last, under the dead-man timer.
   */
  readonly stage: 'sources' | 'packages' | 'settings' | 'services' | 'guarded'
  /** Names of packages, `name/release` where only another release has it. */
  readonly packages?: readonly string[]
  /** The transaction of packages also brings what is installed up to date. */
  readonly upgrades?: true
  /** What its files hold differs from host to host by design: it is no part of the version of the list. */
  readonly ownFiles?: true
  /** Whole files: `files_are` looks at them and `put_files` writes them; a dry run shows their differences. */
  readonly files?: readonly FileSpec[]
  /** Units and kernel settings the check looks at: they are looked up for all items at once. */
  readonly units?: readonly string[]
  readonly kernelFiles?: readonly string[]
  readonly check: string
  readonly apply: string
  /** What a person does when it fails. */
  readonly mend: string
}

type Head = Pick<BaselineItem, 'id' | 'title' | 'register'> & Partial<Pick<BaselineItem, 'stage' | 'mend'>>

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const head = (of: Head) => ({
  id: of.id,
  title: of.title,
  register: of.register,
  stage: of.stage ?? ('settings' as const),
  mend: of.mend ?? 'Look at the last lines of what was said, mend the cause, and run the baseline again.',
})

export type FileSpec = {
  readonly path: string
  readonly content: string
  readonly mode?: string
  readonly owner?: string
}

/** One call of the verb for each file: `path sha256 mode owner content`. */
export const eachFile = (all: readonly FileSpec[]): string =>
  all
    .map(
      ({ path, content, mode = '644', owner = 'root:root' }) =>
        `"$1" ${sh(path)} ${sha256(content)} ${mode} ${owner} ${sh(content)} || return 1`,
    )
    .join('\n')

type Extras = {
  /** Runs before and after the files are written. */
  readonly before?: string
  readonly after?: string
  /** What has to be so beside the files: the effect. It is looked at first. */
  readonly effect?: string
  readonly units?: readonly string[]
}

/** Files with exactly this content, mode and owner. */
export function files(of: Head & Extras & { readonly files: readonly FileSpec[] }): BaselineItem {
  return {
    ...head(of),
    files: of.files,
    ...(of.units ? { units: of.units } : {}),
    check: lines(of.effect === undefined ? undefined : `{ ${of.effect}\n} || return 1`, 'files_are'),
    apply: lines(of.before, 'put_files', of.after),
  }
}

export const file = (of: Head & FileSpec & Extras): BaselineItem => files({ ...of, files: [fileOf(of)] })

const fileOf = ({ path, content, mode, owner }: FileSpec): FileSpec => ({
  path,
  content,
  ...(mode === undefined ? {} : { mode }),
  ...(owner === undefined ? {} : { owner }),
})

const lines = (...all: readonly (string | undefined)[]) => all.filter((each) => each !== undefined).join('\n')

/** Debian packages; what is missing of all items is installed in one go before the settings. */
export function packages(of: Head & { readonly packages: readonly string[] }): BaselineItem {
  const names = of.packages.join(' ')
  return {
    ...head(of),
    stage: 'packages',
    packages: of.packages,
    check: `has_packages ${names}`,
    apply: `install ${names}`,
  }
}

/**
 * Units that run, start at boot and do what their package says: no unit or drop-in of somebody else decides what they
 * start. `effect` is what one sees of a running service; it may take a moment after a start.
 */
export function services(
  of: Head & { readonly units: readonly string[]; readonly effect?: string; readonly before?: string },
): BaselineItem {
  const names = of.units.join(' ')
  const effect = sh(of.effect ?? '')
  const again = `so_soon ${effect} || { systemctl restart ${names}; so_soon ${effect} 100; }`
  const restart = of.effect === undefined ? [] : [again]
  return {
    ...head(of),
    stage: of.stage ?? 'services',
    units: of.units,
    check: [...of.units.map((unit) => `unit_runs ${unit} || return 1`), of.effect ?? ':'].join('\n'),
    apply: [...(of.before ? [of.before] : []), `run_units ${names}`, ...restart].join('\n'),
  }
}

/** Units that are to be off, where they exist at all. */
export function unitsOff(of: Head & { readonly units: readonly string[] }): BaselineItem {
  return {
    ...head(of),
    units: of.units,
    check: of.units.map((unit) => `unit_off ${unit}`).join(' && '),
    apply: of.units.map((unit) => `unit_off ${unit} || systemctl disable -q --now ${unit}`).join('\n'),
  }
}

/** Kernel settings: in force now, and in a file that no other undoes at the next boot. */
export function sysctl(
  of: Head & { readonly path: string; readonly values: Readonly<Record<string, string>> },
): BaselineItem {
  const names = Object.keys(of.values)
  const keys = Object.entries(of.values).map(([key, value]) => [key.replaceAll('.', '/'), value] as const)
  const parts = (pick: (parts: readonly string[]) => string | undefined) =>
    [...new Set(names.flatMap((each) => pick(each.split('.')) ?? []))].join('|')
  // Keys are written with dots or slashes, and with a star for a part in the middle.
  const ours = `^[[:space:]]*-?(${parts((each) => each[0])})[./].*(${parts((each) => each.at(-1))})[[:space:]]*=`
  const later = (word: string) =>
    `each_later ${of.path.split('/').at(-1)} ${sh(ours)} ${word} /etc/sysctl.d/*.conf /run/sysctl.d/*.conf`
  return {
    ...head(of),
    files: [
      {
        path: of.path,
        content: Object.entries(of.values)
          .map(([key, value]) => `${key} = ${value}\n`)
          .join(''),
      },
    ],
    kernelFiles: keys.map(([key]) => `/proc/sys/${key}`),
    check: [
      ...keys.map(([key, value]) => `kernel_is ${key} ${sh(value)} || return $?`),
      `${later('comes_after')} || return 1`,
      'files_are',
    ].join('\n'),
    apply: [later('set_aside'), 'put_files', ...keys.map(([key, value]) => `kernel_set ${key} ${sh(value)}`)].join(
      '\n',
    ),
  }
}

/** Where two lines are enough: the check and the apply as they are. */
export const act = (
  of: Head &
    Pick<BaselineItem, 'check' | 'apply'> &
    Partial<Pick<BaselineItem, 'files' | 'units' | 'packages' | 'upgrades'>>,
): BaselineItem => ({
  ...head(of),
  check: of.check,
  apply: of.apply,
  ...(of.files ? { files: of.files } : {}),
  ...(of.units ? { units: of.units } : {}),
  ...(of.packages ? { packages: of.packages } : {}),
  ...(of.upgrades ? { upgrades: of.upgrades } : {}),
})

/** What the system around a container decides: said as skipped with the reason, never as ok. */
export const notHere = (of: Head, reason: string): BaselineItem =>
  act({ ...of, check: `reason=${sh(reason)}; return 3`, apply: 'false' })
