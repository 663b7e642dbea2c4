import { readFileSync } from 'node:fs'

/** The version of this nexusctl, from the manifest that it was installed with. */
export function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  return manifest.version
}
