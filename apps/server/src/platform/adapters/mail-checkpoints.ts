import type { Mail } from '../../modules/notices/index.ts'
import type { CheckpointSink } from '../../modules/trail/index.ts'
import { NexusError } from '../errors.ts'

export type MailCheckpointOptions = {
  readonly mail: Mail
  readonly to: string
  readonly everySeconds: number
  /** The host part of Message-IDs. */
  readonly domain: string
}

/** Checkpoints by mail to an auditor: what has arrived, Nexus cannot take back. They cannot be read back here. */
export const mailCheckpoints = ({ mail, to, everySeconds, domain }: MailCheckpointOptions): CheckpointSink => ({
  name: `mail to ${to}`,
  inOwnPower: false,
  everySeconds,
  async put({ size, note, at }, keys) {
    const text = [
      `The audit log of Nexus had ${size} entries at ${at.toISOString()}. Keep this mail: with it nobody can change,`,
      'remove or add an entry before that without being found. Save what is between the lines as a file and ask:',
      '',
      '  nexusctl trail verify EXPORT --checkpoint FILE --key KEY',
      '',
      '-----',
      note,
      '-----',
      'Keys that sign this log (compare them with the ones you were given over another way):',
      ...keys,
      '',
    ].join('\n')
    const outcome = await mail.send({
      to,
      messageId: `<trail-${size}-${at.getTime()}@${domain}>`,
      date: at,
      subject: `Nexus audit log: checkpoint of ${size} entries`,
      text,
      html: `<pre>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</pre>`,
    })
    if (outcome.kind === 'sent') return
    throw new NexusError(
      'trail.not_mailed',
      'unavailable',
      `The checkpoint of ${size} entries was not taken by the mail relay.`,
      {
        hint: 'Look at trailMail and the settings of the relay (mailHost); it is tried again with the next checkpoint.',
      },
    )
  },
})
