/** Another version of the delivery: its story is changed while it is read. */
import { registerHooks } from 'node:module'

const changes: Readonly<Record<string, (text: string) => string>> = {
  renamed: (text) => text.replace("step('preflight the host'", "step('look over the host'"),
  longer: (text) =>
    text.replace(
      /( +)await step\('go live'.*\n/,
      (line, indent) => `${line}${indent}await step('say goodbye', async () => {})\n`,
    ),
}

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context)
    const change = changes[process.env['FAULT_STORY'] ?? '']
    if (!change || !url.endsWith('/deliver-order.flow.ts')) return loaded
    return { ...loaded, source: change(String(loaded.source)) }
  },
})
