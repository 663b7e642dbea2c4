import { Command } from 'commander'
import { withExamples } from '../command.ts'
import type { Deps } from '../deps.ts'
import { readObject } from '../show.ts'

export type PreviewOptions = { readonly kind: string; readonly file: string; readonly html?: boolean }

export const previewCommand = (deps: Deps) =>
  withExamples(
    new Command('preview')
      .argument('<kind>', 'the kind of notice, e.g. launch')
      .requiredOption('-f, --file <file>', 'YAML or JSON with the values, - for stdin')
      .option('--html', 'the HTML part instead of the text')
      .description('Show a notice as it would be sent; nothing is sent')
      .action((kind: string, options: Omit<PreviewOptions, 'kind'>) => preview(deps, { kind, ...options })),
    'nexusctl notice preview launch -f values.yaml',
  )

export async function preview(deps: Deps, { kind, file, html = false }: PreviewOptions): Promise<void> {
  const values = await readObject(deps, file)
  const found = await deps.api.call('previewNotice', { body: { kind, values } })
  deps.io.answer(found, () => (html ? found.html : `Subject: ${found.subject}\n\n${found.text.trimEnd()}`))
}
