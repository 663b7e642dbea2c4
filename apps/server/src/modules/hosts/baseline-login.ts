import { act, type BaselineItem, file, files } from './baseline-item.ts'

/** What a person's session gets beyond the door: who reads what, for how long, and what a crash leaves behind. */
export const loginItems = (): readonly BaselineItem[] => [
  accountDefaults,
  strongPasswords,
  sessions,
  banner,
  noDumps,
  schedules,
]

/**
 * A greatest age of passwords is left out on purpose: it shuts out the accounts that have a key and no password once that
 * time is over.
 */
const defaults = [
  ['UMASK', '027'],
  ['PASS_MIN_DAYS', '1'],
  ['SHA_CRYPT_MIN_ROUNDS', '65536'],
  ['SHA_CRYPT_MAX_ROUNDS', '65536'],
] as const

const accountDefaults = act({
  id: 'login.defaults',
  title: 'New accounts and passwords begin strict',
  register: ['S3-123'],
  check: `now=$(awk '{ v[$1] = $2 } END { print ${defaults.map(([key]) => `v["${key}"]`).join(', ')} }' /etc/login.defs)
[ "$now" = '${defaults.map(([, value]) => value).join(' ')}' ] || { seen="${defaults.map(([key]) => key).join(', ')}: $now"; return 1; }`,
  apply: `sed -i -E '/^[[:space:]]*(${defaults.map(([key]) => key).join('|')})[[:space:]]/d' /etc/login.defs
printf '%s\\n' ${defaults.map(([key, value]) => `'${key} ${value}'`).join(' ')} >> /etc/login.defs`,
})

/** Nobody has a password; whoever sets one all the same sets a strong one. */
const strongPasswords = act({
  id: 'login.passwords',
  title: 'A password that somebody sets is a strong one',
  register: ['S3-119'],
  check: `grep -qsE '^password[[:space:]].*pam_pwquality\\.so' /etc/pam.d/common-password || { seen='nothing looks at new passwords'; return 1; }`,
  apply: 'pam-auth-update --force --enable pwquality',
})

/** Judged by what a login shell has: another file may set it, or take it away. */
const sessions = file({
  id: 'login.sessions',
  title: 'A shell nobody uses ends, and what it writes is not for everyone',
  register: ['S3-123'],
  path: '/etc/profile.d/zz-nexus.sh',
  content: `umask 027
ulimit -c 0
if [ -z "\${TMOUT:-}" ]; then
  TMOUT=900
  readonly TMOUT
  export TMOUT
fi
`,
  effect: `now=$(env -i PATH="$PATH" HOME=/root sh -lc 'printf "%s %s" "$(umask)" "\${TMOUT:-}"' 2>/dev/null)
[ "$now" = '0027 900' ] || { seen="umask and seconds of a login shell: $now"; return 1; }`,
  before: `for f in /etc/profile.d/*.sh; do [ "$f" = /etc/profile.d/zz-nexus.sh ] || ! grep -qsE '^[^#]*(TMOUT|umask)' "$f" || set_aside "$f"; done
sed -i -E 's/^[^#]*(TMOUT=|umask[[:space:]]).*/# &/' /etc/profile`,
})

const words =
  'This system is for authorized users only. Use of it is recorded and monitored; evidence of unauthorized access may be handed to law enforcement.\n'

const banner = files({
  id: 'login.banner',
  title: 'Whoever logs in is told the terms',
  register: ['S3-125'],
  files: ['/etc/issue', '/etc/issue.net'].map((path) => ({ path, content: words })),
})

const dumpSettings = '/etc/security/limits.d/*.conf /etc/systemd/coredump.conf.d/*.conf'

/** A dump holds what the program held: secrets, and data of the customer. */
const noDumps = files({
  id: 'dumps.off',
  title: 'Programs that crash leave no memory behind',
  register: ['S3-121'],
  files: [
    { path: '/etc/security/limits.d/zz-nexus.conf', content: '* hard core 0\nroot hard core 0\n' },
    {
      path: '/etc/systemd/coredump.conf.d/zz-nexus.conf',
      content: '[Coredump]\nStorage=none\nProcessSizeMax=0\n',
    },
  ],
  effect: `each_later zz-nexus.conf '' comes_after ${dumpSettings}`,
  before: `each_later zz-nexus.conf '' set_aside ${dumpSettings}`,
})

const schedulePlaces = 'cron.d cron.daily cron.hourly cron.monthly cron.weekly'

const schedules = act({
  id: 'schedules.closed',
  title: 'Only root reads and changes what is scheduled',
  register: ['S3-123'],
  check: `now=$(cd /etc && stat -c '%a %U %n' crontab ${schedulePlaces} 2>/dev/null | grep -vxE '(600 root crontab|700 root cron\\..*)' | head -n 1)
[ -z "$now" ] || { seen="/etc: $now"; return 1; }`,
  apply: `cd /etc
for d in ${schedulePlaces}; do [ ! -d "$d" ] || { chown root:root "$d"; chmod 700 "$d"; }; done
[ ! -e crontab ] || { chown root:root crontab; chmod 600 crontab; }`,
})
