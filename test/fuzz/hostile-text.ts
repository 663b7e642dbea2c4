/** A file that appears when a name reached a shell unquoted. */
export const shellCanary = '/tmp/nexus-fuzz-was-here'

/** What people with bad intentions write into a field that is called a name. */
export const hostileTexts: readonly string[] = [
  `$(touch ${shellCanary})`,
  `\`touch ${shellCanary}\``,
  `'; touch ${shellCanary}; echo '`,
  `"; touch ${shellCanary} #`,
  `x | touch ${shellCanary}`,
  `x\ntouch ${shellCanary}\n`,
  '$(reboot)',
  '-rf',
  '--help',
  '../../x',
  '../../../../../../etc/passwd',
  '..',
  '.',
  '/etc/shadow',
  '..\\..\\x',
  '%2e%2e%2f',
  'a/b',
  `'; drop table nexus.audit_entry; --`,
  `' or '1'='1`,
  '%',
  '_',
  '"\r\nBcc: thief@example.test',
  'x\r\nSet-Cookie: a=b',
  'Ann <thief@example.test>, b@example.test',
  '\nbackend stolen\n  server thief 192.0.2.1:80',
  'acme.test use_backend other if TRUE #',
  '<script>alert(1)</script>',
  `"><img src=x onerror=alert(1)>`,
  'javascript:alert(1)',
  '{{7*7}}${7*7}<%= 7*7 %>',
  '\u202egnp.exe',
  'abc\u2066def\u2069',
  '\u200f\u200e\u061c',
  '\u001b[2J\u001b]0;owned\u0007',
  '\u009b31m',
  'a\u0000b',
  '\u0000',
  '\ud800',
  'x\udfff',
  '\ufeff',
  '\u2028\u2029',
  '\u0085',
  '\u007f\u0008\u0008',
  'İıſK',
  '👩‍👩‍👧‍👦'.repeat(5),
  `e${'\u0301'.repeat(60)}`,
  '%s%s%n%x',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  '1e999',
  '-1',
  '9007199254740993',
  '0x10',
  '2026-13-45T99:99:99Z',
  '+275760-09-13T00:00:00.001Z',
  'http://169.254.169.254/latest/meta-data/',
  'file:///etc/passwd',
  'secret:nexus/control-key@1',
  'sys:nexusd',
  ' ',
  '',
]

/** Marks that no terminal, log, mail or page may be given as they came. */
export const forbiddenMarks =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u

/** Every text inside a value, keys too. */
export function textsIn(value: unknown): string[] {
  const found: string[] = []
  const todo: unknown[] = [value]
  while (todo.length > 0) {
    const next = todo.pop()
    if (typeof next === 'string') found.push(next)
    else if (typeof next === 'object' && next !== null)
      for (const [key, each] of Object.entries(next)) {
        found.push(key)
        todo.push(each)
      }
  }
  return found
}
