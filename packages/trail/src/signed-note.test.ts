import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  base64Of,
  fingerprintOf,
  formatCheckpoint,
  hexOf,
  newSignerKey,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  parseSignerKey,
  parseVerifierKey,
  signNote,
  TrailError,
  verifierKeyOf,
} from './index.ts'

const seed = 20261121

/** https://pkg.go.dev/golang.org/x/mod/sumdb/note, examples. */
const peter = {
  signer: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  verifier: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  line: '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
}
const enoch =
  '\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n'
const enochKey = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop'

/** https://c2sp.org/signed-note */
const example = {
  verifier: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  note: 'This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
}

/** https://c2sp.org/tlog-cosignature */
const sofa = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`

/** RFC 8032, 7.1: seed, public key, message, signature. */
const ed25519 = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
].map((hex) => hex.map((each) => Buffer.from(each, 'hex')))

/** The text of a key, by hand: https://c2sp.org/signed-note. */
function keyText(before: string, name: string, type: number, publicKey: Uint8Array, kept = publicKey): string {
  const id = createHash('sha256').update(`${name}\n`).update(Buffer.of(type)).update(publicKey).digest('hex')
  return `${before}${name}+${id.slice(0, 8)}+${base64Of(Buffer.concat([Buffer.of(type), kept]))}`
}

describe('a key', () => {
  test('signs as RFC 8032 says', () => {
    for (const [secret = Buffer.of(), open = Buffer.of(), message = Buffer.of(), signature = Buffer.of()] of ed25519) {
      const signer = parseSignerKey(keyText('PRIVATE+KEY+', 'rfc8032', 1, open, secret))
      const verifier = parseVerifierKey(keyText('', 'rfc8032', 1, open))

      expect(hexOf(signer.sign(message))).toBe(hexOf(signature))
      expect(verifier.verify(message, signature)).toBe(true)
      expect(verifier.verify(Buffer.from('other'), signature)).toBe(false)
      expect(verifier.verify(message, signature.subarray(1))).toBe(false)
    }
  })

  test('made here is read here, and its public half is the one it signs for', () => {
    const key = newSignerKey('nexus.example.com/trail')
    const note = signNote({ text: 'hello\n' }, [parseSignerKey(key)])

    expect(openNote(note, [parseVerifierKey(verifierKeyOf(key))]).signedBy.length).toBe(1)
    expect(fingerprintOf(peter.verifier)).toMatch(/^[0-9a-f]{64}$/)
    expect(verifierKeyOf(peter.signer)).toBe(peter.verifier)
  })

  test.each([
    '',
    'PeterNeumann',
    peter.signer,
    peter.verifier.replace('c74f20a3', 'c74f20a4'),
    peter.verifier.replace('PeterNeumann', 'Peter Neumann'),
    peter.verifier.replace('+AR', '+AS'),
    peter.verifier.slice(0, -4),
    `${peter.verifier}\n`,
    keyText('', 'ecdsa', 2, Buffer.alloc(32)),
  ])('that is none is refused: %j', (text) => {
    expect(() => parseVerifierKey(text)).toThrow(expect.objectContaining({ code: 'trail.key_invalid' }))
  })

  test('that cannot be read is not told in the refusal', () => {
    const broken = peter.signer.replace('c74f20a3', '00000000')

    expect(() => parseSignerKey(broken)).toThrow(expect.objectContaining({ code: 'trail.key_invalid' }))
    expect(() => parseSignerKey(broken)).not.toThrow('AYEKFALVFGy')
  })
})

describe('a signed note', () => {
  const note = `${peter.text}\n${peter.line}`
  const verifier = parseVerifierKey(peter.verifier)

  test('is signed and opened as by golang.org/x/mod/sumdb/note', () => {
    expect(signNote({ text: peter.text }, [parseSignerKey(peter.signer)])).toBe(note)
    expect(openNote(note, [verifier]).text).toBe(peter.text)
    expect(openNote(Buffer.from(example.note), [parseVerifierKey(example.verifier)]).text).toBe(
      'This is an example message.\n',
    )
  })

  test('keeps the signatures of others, and checks those of every key given', () => {
    const both = note + enoch

    expect(openNote(both, [verifier]).signatures.map((each) => each.name)).toEqual(['PeterNeumann', 'EnochRoot'])
    expect(openNote(both, [verifier, parseVerifierKey(enochKey)]).signedBy.map((each) => each.name)).toEqual([
      'PeterNeumann',
      'EnochRoot',
    ])
    const again = signNote(parseNote(both), [parseSignerKey(peter.signer)])
    expect(parseNote(again).signatures.map((each) => each.name)).toEqual(['EnochRoot', 'PeterNeumann'])
  })

  test('signed by nobody who is known is refused, and says by whom it is', () => {
    expect(() => openNote(note, [])).toThrow('not signed by nobody: no key was given')
    expect(() => openNote(note, [parseVerifierKey(enochKey)])).toThrow('It is by PeterNeumann (c74f20a3).')
  })

  test('whose text or signature was changed is refused', () => {
    expect(() => openNote(note.replace('answer', 'Answer'), [verifier])).toThrow('the text was changed')
    expect(() => openNote(note.replace('/ZJku', '/ZJkv'), [verifier])).toThrow(
      expect.objectContaining({ code: 'trail.signature_wrong', details: { name: 'PeterNeumann', keyId: 'c74f20a3' } }),
    )
    const second = note + enoch.replace('rwz+eBzm', 'rwz+eBzn')
    expect(() => openNote(second, [verifier, parseVerifierKey(enochKey)])).toThrow('EnochRoot (af0cfe78)')
  })

  test.each([
    ['no text', `\n${peter.line}`],
    ['no signature', `${peter.text}\n`],
    ['no empty line', peter.text + peter.line],
    ['no last newline', note.slice(0, -1)],
    ['a carriage return', note.replace('\n', '\r\n')],
    ['a hyphen for the dash', note.replace('\u2014', '-')],
    ['two spaces', note.replace('\u2014 ', '\u2014  ')],
    ['base64 with stray bits', note.replace('nAM=', 'nAN=')],
    ['base64 without padding', note.replace('nAM=', 'nAM')],
    ['a signature without one', note.replace(peter.line, '\u2014 PeterNeumann x08gow==\n')],
    ['a lone surrogate', note.replace('If', '\ud800')],
    ['a hundred and one signatures', note + enoch.repeat(100)],
    ['no UTF-8', Buffer.from(note).fill(0xff, 3, 4)],
    ['more than a megabyte', `${'a'.repeat(1_048_577)}\n\n${peter.line}`],
  ])('is none with %s', (_, text) => {
    expect(() => openNote(text, [verifier])).toThrow(expect.objectContaining({ code: 'trail.note_invalid' }))
  })

  test('of any text opens again, and any change to it is refused with an error of ours', () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 80 })
      .map((each) => `${each.replace(/[\u0000-\u001f]/g, '')}\n`)
    const signer = parseSignerKey(peter.signer)
    fc.assert(
      fc.property(text, fc.nat(), fc.string({ maxLength: 3 }), (body, at, put) => {
        const signed = signNote({ text: body }, [signer])
        expect(openNote(signed, [verifier]).text).toBe(body)
        const place = at % signed.length
        const changed = signed.slice(0, place) + put + signed.slice(place + 1)
        if (changed !== signed) expect(() => openNote(changed, [verifier])).toThrow(TrailError)
      }),
      { seed, numRuns: 300 },
    )
  })

  test('out of any bytes is none, or an error of ours', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          openNote(bytes, [verifier])
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TrailError)
        }
      }),
      { seed, numRuns: 300 },
    )
  })
})

describe('a checkpoint', () => {
  test('of the C2SP pages is read as it is written', () => {
    const { text, signatures } = parseNote(sofa)
    const checkpoint = parseCheckpoint(text)

    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163, extensions: [] })
    expect(base64Of(checkpoint.root)).toBe('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=')
    expect(formatCheckpoint(checkpoint)).toBe(text)
    expect(signatures.map((each) => each.signature.length)).toEqual([64, 72])
  })

  test('needs the key of its log; a witness comes on top', () => {
    const key = newSignerKey('nexus.example.com/trail')
    const log = parseSignerKey(key)
    const witnessSigner = parseSignerKey(newSignerKey('witness.example.com/w1'))
    const text = formatCheckpoint({ origin: log.name, size: 3, root: Buffer.alloc(32, 1) })
    const note = signNote({ text }, [log, witnessSigner])
    const opened = openCheckpoint(note, [parseVerifierKey(verifierKeyOf(key))])

    expect(opened).toMatchObject({ origin: log.name, size: 3 })
    const foreign = signNote({ text: text.replace('nexus', 'other') }, [log])
    expect(() => openCheckpoint(foreign, [parseVerifierKey(verifierKeyOf(key))])).toThrow('signed by nexus.example.com')
  })

  test('may carry the cosignature of a witness, with its time', () => {
    const secret = ed25519[1]?.[0] ?? Buffer.of()
    const open = ed25519[1]?.[1] ?? Buffer.of()
    const raw = parseSignerKey(keyText('PRIVATE+KEY+', 'w1', 1, open, secret))
    const witness = parseVerifierKey(keyText('', 'w1', 4, open))
    const text = formatCheckpoint({ origin: 'log', size: 3, root: Buffer.alloc(32, 1) })
    const time = Buffer.alloc(8)
    time.writeBigUInt64BE(1679315147n)
    const signature = Buffer.concat([time, raw.sign(Buffer.from(`cosignature/v1\ntime 1679315147\n${text}`))])
    const note = signNote({ text, signatures: [{ ...witness, signature }] }, [])

    expect(openNote(note, [witness]).signedBy).toEqual([witness])
    expect(() => openCheckpoint(note, [witness])).toThrow('The checkpoint is of log, and signed by w1 only.')
    signature[7] = 1
    expect(() => openNote(signNote({ text, signatures: [{ ...witness, signature }] }, []), [witness])).toThrow(
      'changed',
    )
  })

  const good = 'log\n3\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n'
  test.each([
    '',
    'log\n3\n',
    good.slice(0, -1),
    good.replace('log', ''),
    good.replace('3', '03'),
    good.replace('3', '-3'),
    good.replace('3', '3.0'),
    good.replace('3', '9007199254740992'),
    good.replace('AQE=', 'AQE'),
    good.replace('AQEB', ''),
    `${good}\n`,
    `${good}extension\n\n`,
  ])('is none: %j', (text) => {
    expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: 'trail.checkpoint_invalid' }))
  })

  test('is written only of what can be read again', () => {
    const right = { origin: 'log', size: 3, root: Buffer.alloc(32, 1) }

    expect(parseCheckpoint(formatCheckpoint({ ...right, extensions: ['a b'] })).extensions).toEqual(['a b'])
    for (const wrong of [
      { origin: 'a\nb' },
      { origin: '' },
      { extensions: [''] },
      { size: 1.5 },
      { root: Buffer.alloc(3) },
    ])
      expect(() => formatCheckpoint({ ...right, ...wrong })).toThrow(TrailError)
  })

  test('out of any text is one that is written the same, or none', () => {
    const line = fc.oneof(fc.string(), fc.nat().map(String), fc.constant(good.split('\n')[2] ?? ''))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const text = `${lines.join('\n')}\n`
        try {
          expect(formatCheckpoint(parseCheckpoint(text))).toBe(text)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TrailError)
        }
      }),
      { seed, numRuns: 500 },
    )
  })
})
