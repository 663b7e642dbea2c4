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
  /** `sources` before packages are installed; `guarded` last, under the dead-man timer. */
  readonly stage: 'sources' | 'packages' | 'settings' | 'guarded'
  readonly packages?: readonly string[]
  /** Files, units and kernel settings the check looks at: they are looked up for all items at once. */
  readonly files?: readonly string[]
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

const isFile = ({ path, content, mode = '644', owner = 'root:root' }: FileSpec) =>
  `file_is ${sh(path)} ${sha256(content)} ${mode} ${owner}`

const putFile = ({ path, content, mode = '644', owner = 'root:root' }: FileSpec) =>
  `put ${sh(path)} ${mode} ${owner} ${sh(content)}`

type Extras = { readonly after?: string; readonly also?: string; readonly units?: readonly string[] }

/** Files with exactly this content, mode and owner; `after` runs when they were written. */
export function files(of: Head & Extras & { readonly files: readonly FileSpec[] }): BaselineItem {
  return {
    ...head(of),
    files: of.files.map((each) => each.path),
    ...(of.units ? { units: of.units } : {}),
    check: [...of.files.map(isFile), ...(of.also ? [of.also] : [])].join(' && '),
    apply: [...of.files.map(putFile), ...(of.after ? [of.after] : [])].join('\n'),
  }
}

export const file = (of: Head & FileSpec & Extras): BaselineItem => files({ ...of, files: [of] })

/** Debian packages; what is missing of all items is installed in one go before the settings. */
export function packages(of: Head & { readonly packages: readonly string[] }): BaselineItem {
  return {
    ...head(of),
    stage: 'packages',
    packages: of.packages,
    check: `has_packages ${of.packages.join(' ')}`,
    apply: `install ${of.packages.join(' ')}`,
  }
}

/** Units that are to run and to start at boot. */
export function services(of: Head & { readonly units: readonly string[] }): BaselineItem {
  return {
    ...head(of),
    units: of.units,
    check: of.units.map((unit) => `unit_runs ${unit}`).join(' && '),
    apply: `systemctl unmask -q ${of.units.join(' ')} 2>/dev/null || true\nsystemctl enable -q --now ${of.units.join(' ')}`,
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

/** Kernel settings: in a file for the next boot, and in force now. */
export function sysctl(
  of: Head & { readonly path: string; readonly values: Readonly<Record<string, string>> },
): BaselineItem {
  const keys = Object.entries(of.values)
  const content = `${keys.map(([key, value]) => `${key} = ${value}`).join('\n')}\n`
  return {
    ...head(of),
    files: [of.path],
    kernelFiles: keys.map(([key]) => `/proc/sys/${key.replaceAll('.', '/')}`),
    check: [
      ...keys.map(([key, value]) => `kernel_is ${key.replaceAll('.', '/')} ${sh(value)} || return $?`),
      isFile({ path: of.path, content }),
    ].join('\n'),
    apply: [
      putFile({ path: of.path, content }),
      ...keys.map(([key, value]) => `kernel_set ${key.replaceAll('.', '/')} ${sh(value)}`),
    ].join('\n'),
  }
}

/** Where two lines are enough: the check and the apply as they are. */
export const act = (
  of: Head & Pick<BaselineItem, 'check' | 'apply'> & Partial<Pick<BaselineItem, 'files' | 'units' | 'packages'>>,
): BaselineItem => ({
  ...head(of),
  check: of.check,
  apply: of.apply,
  ...(of.files ? { files: of.files } : {}),
  ...(of.units ? { units: of.units } : {}),
})
