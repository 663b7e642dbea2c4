import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Bundle,
  type BundleReport,
  bundleInvalid,
  formatBundle,
  parseBundle,
  sameBundle,
  verifyBundle,
} from './bundle.ts'
import type { Finding } from './findings.ts'
import { fingerprintOf, type Verifier } from './note-keys.ts'
import { TrailError } from './trail-error.ts'

export const bundleFiles = { bundle: 'bundle.json', page: 'index.html', readme: 'README.md' } as const

/** Writes a bundle into an empty or new folder: the data, a page that verifies it in a browser, and how to. */
export async function writeBundle(dir: string, bundle: Bundle): Promise<void> {
  await mkdir(dir, { recursive: true })
  if ((await readdir(dir)).length > 0) throw notEmpty(dir)
  await writeFile(join(dir, bundleFiles.bundle), formatBundle(bundle))
  await writeFile(join(dir, bundleFiles.page), bundlePage(bundle))
  await writeFile(join(dir, bundleFiles.readme), readme(bundle))
}

/** Verifies the folder of a bundle, or its `bundle.json` alone. The page beside it must show the same. */
export async function verifyBundleAt(
  path: string,
  options: { readonly keys: readonly Verifier[] },
): Promise<BundleReport> {
  const inside = await readFile(join(path, bundleFiles.bundle), 'utf8').catch(() => undefined)
  const text = inside ?? (await readFile(path, 'utf8').catch(() => undefined))
  if (text === undefined) throw bundleInvalid(`There is no ${bundleFiles.bundle} in ${path}.`)
  const bundle = parseBundle(text)
  const report = verifyBundle(bundle, options)
  const page =
    inside === undefined ? undefined : await readFile(join(path, bundleFiles.page), 'utf8').catch(() => undefined)
  if (page === undefined || page === bundlePage(bundle)) return report
  const wrong = pageWrong(page, bundle)
  if (wrong) return { ...report, verdict: 'wrong', findings: [...report.findings, wrong] }
  const limit = `${bundleFiles.page} is not written as this version of Nexus writes it: do not rely on what it says.`
  return { ...report, limits: [...report.limits, limit] }
}

function pageWrong(page: string, bundle: Bundle): Finding | undefined {
  const [, shown = ''] = /<script type="application\/json" id="bundle">(.*?)<\/script>/s.exec(page) ?? []
  try {
    if (sameBundle(parseBundle(shown), bundle)) return undefined
  } catch {
    // What cannot be read does not show the same.
  }
  return { code: 'page_wrong', sentence: `${bundleFiles.page} does not show what is in ${bundleFiles.bundle}.` }
}

const asset = (name: string): string => readFileSync(new URL(`../page/${name}`, import.meta.url), 'utf8')
const sourceOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
const escaped = (text: string): string => text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`)

/** One file that needs nothing else: its policy allows its own script and its own style by their hashes, and no request. */
export function bundlePage(bundle: Bundle): string {
  const [script, style] = [asset('page.mjs'), asset('page.css')]
  const policy = `default-src 'none'; script-src ${sourceOf(script)}; style-src ${sourceOf(style)}; base-uri 'none'; form-action 'none'`
  const embedded = JSON.stringify({ format: 'nexus-trail-bundle', version: 1, ...bundle }).replaceAll('<', '\\u003c')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="referrer" content="no-referrer">
<title>Evidence</title>
<style>${style}</style>
</head>
<body>
<h1>Evidence</h1>
<p id="about"></p>
<p id="verdict" class="open" role="status">Not verified: paste the key of the log.</p>
<label for="key">The key of the log, in one line</label>
<textarea id="key" rows="2" spellcheck="false" autocomplete="off"></textarea>
<button id="verify" type="button">Verify</button>
<p id="fingerprint"></p>
<p>Do not take the key from this page, or from whoever gave you this page. Get it here: <span id="source"></span></p>
<p>Whoever made the bundle says that the key has the fingerprint <span id="expected">${fingerprintOf(bundle.key)}</span>.
It is SHA-256 of the key's line. Compare it with somebody you trust, over another way.</p>
<p>This page asks nobody anything. A page can lie about itself: where it matters, verify with
<code>nexusctl trail verify</code> on a machine of your own.</p>
<h2>Entries</h2>
<div id="entries"></div>
<h2>Evidence of checks</h2>
<div id="evidence"></div>
<script type="application/json" id="bundle">${embedded}</script>
<script type="module">${script}</script>
</body>
</html>
`
}

const readme = ({ about, origin, made, key, entries }: Bundle): string => `# Evidence: ${about.kind} ${about.id}

${entries.length} entries of the audit log

    ${origin}

each with the proof that it is in the log. Made ${made}.

| file | is |
| --- | --- |
| ${bundleFiles.bundle} | the entries, what stands beside them, the evidence of checks, the proofs, the signed checkpoint |
| ${bundleFiles.page} | the same as a page that verifies it in a browser, without asking anybody |

## Verify

    nexusctl trail verify . --key KEY

Get KEY from whoever runs the log, not along with this bundle, and compare its fingerprint over another way:

    printf %s "KEY" | sha256sum
    ${fingerprintOf(key)}

Exit code 0: every entry is in the log that this key signed. 1: something is wrong, and it is named. 2: nothing is proven.

What this does not show: that nothing was left out. For that, ask for an export of the whole log.
`

const notEmpty = (dir: string) =>
  new TrailError('trail.folder_not_empty', 'conflict', `${dir} is not empty; a bundle goes into a folder of its own.`, {
    hint: 'Name a new folder.',
  })
