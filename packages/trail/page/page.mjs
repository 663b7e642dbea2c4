// What the page of an evidence bundle runs. It is alone: no import, no request, nothing is written as HTML.
// RFC 9162 for hashes and proofs, https://c2sp.org/signed-note for the signature, WebCrypto for both.

const bundle = JSON.parse(document.getElementById('bundle').textContent)
const utf8 = new TextEncoder()

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at])
const joined = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]))
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
const nodeHash = (left, right) => sha256(joined([1], left, right))

function fromBase64(text) {
  const bytes = Uint8Array.from(atob(text), (each) => each.charCodeAt(0))
  if (btoa(String.fromCharCode(...bytes)) !== text) throw new Error('This is no base64.')
  return bytes
}

async function parseKey(text) {
  const [, name, id, rest] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? []
  const bytes = rest === undefined ? new Uint8Array() : fromBase64(rest)
  if (bytes.length !== 33 || bytes[0] !== 1)
    throw new Error('This is not a key of a log: <name>+<8 hex digits>+<base64>, in one line.')
  const keyId = (await sha256(joined(utf8.encode(`${name}\n`), bytes))).slice(0, 4)
  if (hex(keyId) !== id) throw new Error('This key was not copied whole: its id does not fit.')
  return { name, keyId, raw: bytes.slice(1) }
}

function parseCheckpoint(note) {
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const [origin, size, root] = text.split('\n')
  if (end < 0 || !/^(0|[1-9][0-9]{0,15})$/.test(size)) throw new Error('The checkpoint cannot be read.')
  const signatures = [...note.slice(end + 2).matchAll(/^\u2014 ([^ \n]+) ([^ \n]+)$/gmu)].map(([, name, signed]) => {
    const bytes = fromBase64(signed)
    return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) }
  })
  return { text, origin, size: Number(size), root: fromBase64(root), signatures }
}

class NoEd25519 extends Error {}

async function checkSignature({ text, origin, signatures }, { name, keyId, raw }) {
  if (origin !== name || origin !== bundle.origin)
    throw new Error(`The checkpoint is of ${origin}, the key of ${name}: not the same log.`)
  const own = signatures.filter((each) => each.name === name && same(each.keyId, keyId))
  if (own.length === 0) throw new Error('The checkpoint is not signed by this key.')
  const key = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']).catch((thrown) => {
    throw thrown.name === 'NotSupportedError' ? new NoEd25519() : thrown
  })
  for (const { signature } of own)
    if (!(await crypto.subtle.verify('Ed25519', key, signature, utf8.encode(text))))
      throw new Error('The signature of the checkpoint does not hold: it was changed.')
}

async function rootOf({ index, entry, proof }, size) {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new Error('It has no place in this log.')
  let at = index
  let last = size - 1
  let hash = await sha256(joined([0], utf8.encode(entry)))
  for (const each of proof) {
    const sibling = fromBase64(each)
    if (last === 0 || sibling.length !== 32) throw new Error('Its proof is none.')
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(sibling, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else {
      hash = await nodeHash(hash, sibling)
    }
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  if (last !== 0) throw new Error('Its proof is too short.')
  return hash
}

/** JSON as RFC 8785 has it: members by their UTF-16 units; the rest is what JSON.stringify writes. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const members = Object.keys(value).sort()
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`
}

async function checkPersonal({ salt, data }, expected) {
  const key = await crypto.subtle.importKey('raw', fromBase64(salt), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const found = hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8.encode(canonical(data)))))
  if (found !== expected) throw new Error('What stands beside it is not what stood there.')
}

async function whyWrong(each, { size, root }) {
  try {
    const entry = JSON.parse(each.entry)
    if (canonical(entry) !== each.entry) return 'It is not written as it was logged.'
    if (!same(await rootOf(each, size), root)) return 'It was changed, or was never logged there.'
    if (each.personal) await checkPersonal(each.personal, entry.personal)
    return undefined
  } catch (thrown) {
    return thrown.message
  }
}

async function evidenceWrong({ sha256: expected, text }) {
  if (hex(await sha256(utf8.encode(text))) !== expected) return 'It was changed.'
  const named = bundle.entries.some(({ entry }) => evidenceIn(entry) === expected)
  return named ? undefined : 'No entry of this bundle names it.'
}

function evidenceIn(entry) {
  try {
    return JSON.parse(entry).evidence
  } catch {
    return undefined
  }
}

const tell = (id, text, mood = '') => {
  const place = document.getElementById(id)
  place.textContent = text
  place.className = mood
}

function element(tag, text, mood) {
  const made = document.createElement(tag)
  if (text !== undefined) made.textContent = text
  if (mood) made.className = mood
  return made
}

function rowOf(title, body) {
  const row = element('details')
  const head = element('summary')
  const mark = element('span', 'not verified', 'mark')
  head.append(mark, element('span', ` ${title}`))
  row.append(head, element('pre', body))
  return { row, mark }
}

function entryRow({ index, entry, personal }) {
  try {
    const read = JSON.parse(entry)
    const beside = personal === undefined ? {} : { 'beside the entry': personal.data }
    const title = `${index}  ${read.at}  ${read.actor}  ${read.action}  ${read.subject}`
    return rowOf(title, JSON.stringify({ ...read, ...beside }, null, 2))
  } catch {
    return rowOf(`${index}`, entry)
  }
}

const entries = bundle.entries.map((each) => ({ each, ...entryRow(each) }))
const evidence = bundle.evidence.map((each) => ({ each, ...rowOf(each.name, each.text) }))

function mark({ row, mark: place }, wrong, good) {
  place.textContent = wrong ?? good
  place.className = wrong === undefined ? 'mark good' : 'mark bad'
  if (wrong !== undefined) row.open = true
}

async function verify() {
  tell('verdict', 'Verifying...')
  tell('fingerprint', '')
  const pasted = document.getElementById('key').value.trim()
  if (pasted === '') return tell('verdict', 'Not verified: no key was pasted.', 'open')
  const wrong = []
  let unchecked = ''
  try {
    const key = await parseKey(pasted)
    tell('fingerprint', `The key you pasted has the fingerprint ${hex(await sha256(utf8.encode(pasted)))}.`)
    const checkpoint = parseCheckpoint(bundle.checkpoint)
    await checkSignature(checkpoint, key).catch((thrown) => {
      if (!(thrown instanceof NoEd25519)) throw thrown
      unchecked =
        'Not verified: this browser cannot check Ed25519 signatures. Chromium 137, Firefox 129 and Safari 17 can; so can: nexusctl trail verify.'
    })
    for (const one of entries) {
      const why = await whyWrong(one.each, checkpoint)
      mark(one, why, unchecked === '' ? 'in the log' : 'fits the checkpoint, which was not checked')
      if (why !== undefined) wrong.push(`Entry ${one.each.index}: ${why}`)
    }
    for (const one of evidence) {
      const why = await evidenceWrong(one.each)
      mark(one, why, 'as an entry names it')
      if (why !== undefined) wrong.push(`Evidence ${one.each.name}: ${why}`)
    }
  } catch (thrown) {
    wrong.push(thrown.message)
  }
  if (wrong.length > 0) return tell('verdict', `WRONG. ${wrong.join(' ')}`, 'bad')
  if (unchecked !== '') return tell('verdict', unchecked, 'open')
  if (entries.length === 0) return tell('verdict', 'Not verified: there is no entry in this bundle.', 'open')
  return tell('verdict', `valid: ${entries.length} entries are in the log that this key signed.`, 'good')
}

tell('about', `${bundle.about.kind} ${bundle.about.id}, from the log ${bundle.origin}, made ${bundle.made}`)
tell('source', bundle.keySource)
document.getElementById('entries').append(...entries.map((each) => each.row))
document.getElementById('evidence').append(...evidence.map((each) => each.row))
document.getElementById('verify').addEventListener('click', verify)
if (!globalThis.crypto?.subtle)
  tell('verdict', 'Not verified: this browser has no WebCrypto here. Use nexusctl trail verify.', 'open')
