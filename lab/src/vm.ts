import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureVmImage, filesDir } from './base-image.ts'
import { installMissing, neededPackages } from './debian-packages.ts'
import { freePort } from './free-port.ts'
import { greetsWithSsh } from './host-machine.ts'
import type { HostKey } from './host-record.ts'
import { LabError } from './lab-error.ts'
import { labPaths } from './lab-paths.ts'
import { isAlive, run, waitFor } from './lab-process.ts'

export type VmWish = {
  readonly authorizedKeys: readonly string[]
  readonly hostKey?: HostKey
  /** Debian packages that are there before it boots: installing them inside would take minutes. */
  readonly packages?: readonly string[]
  /** Of this machine, and where they lie in the VM as they are now. */
  readonly folders?: readonly { readonly from: string; readonly to: string }[]
}

export type Vm = {
  /** Of this machine's loopback; port 22 there is port 22 of the VM. */
  readonly address: string
  /** What its console said. */
  readonly console: () => Promise<string>
  /** As if the power went; its disks are gone with it. */
  readonly stop: () => Promise<void>
}

const neededForVms = {
  ...neededPackages,
  'qemu-system-x86': ['/usr/bin/qemu-system-x86_64'],
  e2fsprogs: ['/usr/sbin/mkfs.ext4', '/sbin/mkfs.ext4'],
  'util-linux': ['/usr/bin/setpriv'],
} as const

const diskSize = '12G'
const bootSeconds = 900

/** A full machine with a kernel of its own, for what a host of the lab cannot do. Without KVM, so on any machine, slowly. */
export async function startVm(wish: VmWish): Promise<Vm> {
  const silent = () => {}
  await installMissing(silent, neededForVms)
  const image = await ensureVmImage(labPaths(), 'bookworm', wish.packages ?? [], silent)
  const folder = await mkdtemp(join(tmpdir(), 'nexus-vm-'))
  const drop = () => rm(folder, { recursive: true, force: true })
  try {
    const disk = await makeDisk(image, folder, wish)
    const address = await freeAddress()
    const pid = start(image, folder, disk, address)
    const stop = async () => {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL')
      await waitFor('the VM to end', 20, () => !isAlive(pid))
      await drop()
    }
    const vm = { address, console: () => readFile(join(folder, 'console.log'), 'utf8'), stop }
    await waitFor('the VM to answer by ssh', bootSeconds, async () => {
      if (!isAlive(pid)) throw new LabError('lab.vm_ended', `The VM ended: ${await vm.console()}`)
      return greetsWithSsh(address, 10_000)
    }).catch(async (thrown: unknown) => {
      await stop()
      throw thrown
    })
    return vm
  } catch (thrown) {
    await drop()
    throw thrown
  }
}

async function makeDisk(image: string, folder: string, wish: VmWish): Promise<string> {
  const give = (name: string, text: string) => writeFile(join(folder, name), `${text.trimEnd()}\n`, { mode: 0o600 })
  await give('authorized_keys', wish.authorizedKeys.join('\n'))
  await give('folders', (wish.folders ?? []).map(({ from, to }) => `${from}\t${to}`).join('\n'))
  if (wish.hostKey) {
    await give('host_key', wish.hostKey.privateKey)
    await give('host_key.pub', wish.hostKey.publicKey)
  }
  const root = join(folder, 'root.img')
  const script = join(filesDir, 'make-vm-disk.sh')
  await run(['unshare', '--mount', 'sh', script, join(image, 'root'), root, diskSize, folder], { timeoutSeconds: 120 })
  return root
}

/** Each VM has an address of loopback to itself, so that its ssh can be where ssh is looked for. */
async function freeAddress(): Promise<string> {
  for (let last = 1; last < 255; last += 1) {
    const address = `127.0.83.${last}`
    if ((await freePort(22, [address])) === 22) return address
  }
  throw new LabError('lab.vm_no_address', 'Something listens on port 22 of every address of loopback.')
}

/** It ends with the process that started it. */
function start(image: string, folder: string, disk: string, address: string): number {
  const words = [
    ...['--pdeathsig', 'KILL', 'qemu-system-x86_64', '-nodefaults', '-display', 'none'],
    ...['-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max,-la57', '-smp', '2', '-m', '2048'],
    ...['-kernel', join(image, 'boot/vmlinuz'), '-initrd', join(image, 'boot/initrd')],
    ...['-append', 'root=/dev/vda ro console=ttyS0 net.ifnames=0 apparmor=1 security=apparmor mitigations=off'],
    ...['-serial', `file:${join(folder, 'console.log')}`, '-device', 'virtio-rng-pci'],
    ...['-drive', `file=${disk},format=raw,if=virtio,cache=unsafe`],
    ...['-netdev', `user,id=net,hostfwd=tcp:${address}:22-:22`, '-device', 'virtio-net-pci,netdev=net'],
  ]
  const child = spawn('setpriv', words, { stdio: 'ignore', cwd: '/' })
  child.unref()
  if (child.pid === undefined) throw new LabError('lab.vm_ended', 'qemu could not be started.')
  return child.pid
}
