import { z } from 'zod'
import { NexusError } from '../../platform/errors.ts'
import type { Remote } from '../../platform/remote.ts'
import { haveArtifacts } from './artifact-commands.ts'
import { ask } from './host-answer.ts'
import { artifactPath } from './instance-layout.ts'
import type { FetchAnswer, OpenArtifact, Placement } from './runtime.ts'

const looked = z.object({ sha256: z.string(), have: z.boolean() })

/** Sends what the host does not have yet, and looks again: what is not there whole afterwards was not fetched. */
export async function fetchArtifacts(remote: Remote, open: OpenArtifact, placement: Placement): Promise<FetchAnswer> {
  const { host, artifacts, release } = placement
  const missing = async () => {
    const answers = await ask(remote, host, haveArtifacts(artifacts), looked)
    return artifacts.filter(({ sha256 }) => !answers.some((each) => each.sha256 === sha256 && each.have))
  }
  const toSend = artifacts.length === 0 ? [] : await missing()
  for (const each of toSend) await remote.upload(host, artifactPath(each.sha256), await open(release, each.file), '600')
  const [lost] = toSend.length === 0 ? [] : await missing()
  if (lost) {
    throw new NexusError(
      'release.artifact_damaged',
      'unavailable',
      `${lost.file} did not arrive as it was sent: its sha256 differs.`,
    )
  }
  const names = toSend.map((each) => each.file)
  return { sent: names, had: artifacts.map((each) => each.file).filter((file) => !names.includes(file)) }
}
