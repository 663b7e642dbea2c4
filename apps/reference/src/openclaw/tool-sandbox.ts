import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'

export type SandboxLimits = { readonly seconds: number; readonly memoryMegabytes: number; readonly outputBytes: number }

export const usualLimits: SandboxLimits = { seconds: 5, memoryMegabytes: 32, outputBytes: 64 * 1024 }

export type SandboxAnswer =
  | { readonly outcome: 'answered'; readonly value: unknown; readonly milliseconds: number }
  | { readonly outcome: 'refused'; readonly problem: string }
  | { readonly outcome: 'stopped'; readonly problem: string }

/**
 * Runs one tool file in a process of its own under Node's permission model: no environment, no writing, no reading
 * outside the tool's folder, no further processes or threads, and limits on time, heap and output.
 */
export function runInSandbox(
  toolFile: string,
  input: unknown,
  limits: SandboxLimits = usualLimits,
): Promise<SandboxAnswer> {
  const started = performance.now()
  const folder = dirname(toolFile)
  const child = spawn(
    process.execPath,
    [
      '--permission',
      `--allow-fs-read=${folder}/*`,
      `--max-old-space-size=${limits.memoryMegabytes}`,
      '--max-semi-space-size=1',
      '--stack-size=500',
      '--no-warnings',
      toolFile,
    ],
    { env: {}, cwd: folder, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true },
  )

  return new Promise((resolve) => {
    let output = ''
    let stopped: string | undefined
    const stop = (problem: string) => {
      stopped ??= problem
      child.kill('SIGKILL')
    }
    const timer = setTimeout(() => stop(`The tool took longer than ${limits.seconds} s.`), limits.seconds * 1000)

    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      if (output.length > limits.outputBytes) stop(`The tool answered more than ${limits.outputBytes} bytes.`)
    })
    child.stderr.resume()
    child.stdin.on('error', () => undefined)
    child.stdin.end(JSON.stringify(input))

    child.once('error', () => {
      clearTimeout(timer)
      resolve({ outcome: 'stopped', problem: 'The sandbox could not be started.' })
    })
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      if (stopped !== undefined) return resolve({ outcome: 'stopped', problem: stopped })
      if (signal === 'SIGABRT' || signal === 'SIGTRAP' || code === 134 || code === 133) {
        return resolve({ outcome: 'stopped', problem: `The tool needed more than ${limits.memoryMegabytes} MB.` })
      }
      if (code !== 0) return resolve({ outcome: 'stopped', problem: 'The tool ended with an error.' })
      resolve(readAnswer(output, performance.now() - started))
    })
  })
}

function readAnswer(output: string, milliseconds: number): SandboxAnswer {
  try {
    const answer: unknown = JSON.parse(output)
    if (typeof answer === 'object' && answer !== null) {
      if ('value' in answer) return { outcome: 'answered', value: answer.value, milliseconds: Math.round(milliseconds) }
      if ('problem' in answer) return { outcome: 'refused', problem: String(answer.problem) }
    }
  } catch {
    // What is not JSON is told below, without repeating it.
  }
  return { outcome: 'stopped', problem: 'The tool gave no readable answer.' }
}

export const toolFiles: Readonly<Record<string, string>> = {
  calculator: join(import.meta.dirname, 'calculator-tool.ts'),
}
