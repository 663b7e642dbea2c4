const sectionsOf = (page: string): readonly string[] => page.split(/^(?=## )/m).map((each) => `${each.trimEnd()}\n`)
const headingOf = (section: string): string => section.split('\n', 1)[0] ?? ''
const pageOf = (sections: readonly string[]): string => sections.join('\n')

/** docs/performance.md is written by several programs: replaces the section of this heading, or adds it. */
export function withSection(page: string, section: string): string {
  const sections = sectionsOf(page)
  const at = sections.findIndex((each) => headingOf(each) === headingOf(section))
  return pageOf(at < 0 ? [...sections, ...sectionsOf(section)] : sections.with(at, `${section.trimEnd()}\n`))
}

/** A page made anew, with the sections of the old one that it does not write itself. */
export function withOthersOf(old: string, page: string): string {
  const own = sectionsOf(page)
  const others = sectionsOf(old)
    .slice(1)
    .filter((each) => !own.some((section) => headingOf(section) === headingOf(each)))
  return pageOf([...own, ...others])
}
