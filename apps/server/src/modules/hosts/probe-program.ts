import { z } from 'zod'
import type { Program } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'
import { portWords } from '../../platform/sight.ts'

export const KnockEvent = z.object({
  type: z.literal('knock'),
  address: z.string(),
  port: z.number(),
  said: z.enum(portWords),
})
export const LoginEvent = z.object({
  type: z.literal('login'),
  address: z.string(),
  user: z.string(),
  methods: z.string(),
})
export const FrameEvent = z.object({ type: z.literal('frame'), to: z.string(), said: z.enum(['answered', 'silent']) })
const SocketsEvent = z.object({ type: z.literal('sockets'), ports: z.array(z.number()) })

/** Every TCP port that something listens on beyond loopback, as the host itself sees it. */
export const listSockets = (): Program => ({
  name: 'list the open sockets',
  script: String.raw`set -u
ports=$(ss -Hltn | awk '$4 !~ /^(127\.|\[::1\]|\[::ffff:127\.)/ { sub(/.*:/, "", $4); print $4 }' | sort -un | paste -sd, -)
printf '{"type":"sockets","ports":[%s]}\n' "$ports"`,
  timeoutSeconds: 20,
})

export const socketsOf = (events: readonly unknown[]): readonly number[] | undefined =>
  events.flatMap((each) => SocketsEvent.safeParse(each).data ?? [])[0]?.ports

type Knocks = {
  readonly addresses: readonly string[]
  readonly ports: readonly number[]
  readonly sshPort: number
  readonly users: readonly string[]
}

/** The same questions as from the control plane, asked by another host: it sends nothing and logs in nowhere. */
export const knockFrom = ({ addresses, ports, sshPort, users }: Knocks): Program => ({
  name: 'look at another host from here',
  script: String.raw`set -u
knock() {
  said=$(timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1); code=$?
  case $code:$said in 0:*) word=open ;; *refused*) word=refused ;; *) word=silent ;; esac
  printf '{"type":"knock","address":"%s","port":%s,"said":"%s"}\n' "$1" "$2" "$word"
}
for a in ${addresses.map(sh).join(' ')}; do
  n=0
  for p in ${ports.join(' ')}; do knock "$a" "$p" & n=$((n + 1)); [ $((n % 40)) != 0 ] || wait; done
  wait
  for u in ${users.map(sh).join(' ')}; do
    said=$(ssh -p ${sshPort} -o BatchMode=yes -o PreferredAuthentications=none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=5 "$u@$a" true 2>&1 | sed -n 's/.*Permission denied (\([a-z,-]*\)).*/\1/p')
    printf '{"type":"login","address":"%s","user":"%s","methods":"%s"}\n' "$a" "$u" "$said"
  done
done`,
  timeoutSeconds: 240,
})

/**
 * A neighbour on the same segment needs no route to send a packet for loopback or a container to another machine: the frame
 * carries that machine's address, the packet inside names another. One to its own address has to be answered, or the
 * silence of the others says nothing.
 */
export const framesFrom = (of: {
  readonly address: string
  readonly to: readonly string[]
  readonly port: number
}): Program => ({
  name: 'send packets for loopback and containers to a neighbour',
  script: String.raw`set -u
timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1"' ${sh(of.address)} ${of.port} 2>/dev/null
exec python3 - ${sh(of.address)} ${of.port} ${of.to.map(sh).join(' ')} <<'PYTHON'
import json, os, random, select, socket, struct, subprocess, sys, time
target, port, others = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
words = subprocess.check_output(['ip', '-o', 'route', 'get', target], text=True).split()
device, own = words[words.index('dev') + 1], words[words.index('src') + 1]
if 'via' in words: sys.exit('not on the same segment')
near = subprocess.check_output(['ip', '-o', 'neigh', 'show', target, 'dev', device], text=True).split()
mac = lambda text: bytes.fromhex(text.replace(':', ''))
to_mac, own_mac = mac(near[near.index('lladdr') + 1]), mac(open('/sys/class/net/%s/address' % device).read().strip())
def total(data):
    data += b'\0' * (len(data) % 2)
    s = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while s >> 16: s = (s & 0xffff) + (s >> 16)
    return ~s & 0xffff
def frame(to, source):
    ends = socket.inet_aton(own) + socket.inet_aton(to)
    tcp = struct.pack('!HHLLBBHHH', source, port, random.getrandbits(32), 0, 5 << 4, 2, 1024, 0, 0)
    check = total(ends + struct.pack('!BBH', 0, 6, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack('!H', check) + tcp[18:]
    ip = struct.pack('!BBHHHBBH', 0x45, 0, 40, random.getrandbits(16), 0, 64, 6, 0) + ends
    return to_mac + own_mac + b'\x08\x00' + ip[:10] + struct.pack('!H', total(ip)) + ip[12:] + tcp
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
wire.bind((device, 0))
for to in [target] + others:
    source, said, end = random.randrange(20000, 30000), 'silent', time.time() + 2
    wire.send(frame(to, source))
    while said == 'silent' and time.time() < end:
        if not select.select([wire], [], [], 0.2)[0]: continue
        got = wire.recv(2048)
        if got[23] != 6: continue
        head = 14 + (got[14] & 15) * 4
        if struct.unpack('!HH', got[head:head + 4]) == (port, source): said = 'answered'
    print(json.dumps({'type': 'frame', 'to': to, 'said': said}), flush=True)
PYTHON`,
  timeoutSeconds: 40,
})

/** Shuts one address out by hand, or lets it in again. */
export const banAddress = (address: string, on: boolean): Program => ({
  name: on ? 'shut an address out' : 'let an address in again',
  script: `fail2ban-client set sshd ${on ? 'banip' : 'unbanip'} ${sh(address)} >/dev/null && printf '{"type":"done"}\\n'`,
  timeoutSeconds: 30,
})
