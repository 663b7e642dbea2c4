/** The keys of a Compose file that Nexus takes, per level; everything else is refused by its name. */

export const topKeys = ['services', 'volumes', 'networks', 'version', 'name'] as const

export const serviceKeys = [
  'image',
  'command',
  'entrypoint',
  'environment',
  'ports',
  'expose',
  'depends_on',
  'healthcheck',
  'restart',
  'volumes',
  'networks',
  'user',
  'working_dir',
  'read_only',
  'tmpfs',
  'mem_limit',
  'mem_reservation',
  'cpus',
  'pids_limit',
  'labels',
  'stop_grace_period',
  'stop_signal',
  'init',
  'logging',
  'shm_size',
  'security_opt',
  'cap_drop',
  'ulimits',
  'deploy',
] as const

/** Keys that give a container power over its host or its neighbours: refused unless a named person answers for one. */
export const unsafeKeys: Readonly<Record<string, string>> = {
  privileged: 'gives the container the whole host',
  cap_add: 'gives the container capabilities of root',
  network_mode: "puts the container into the host's or another container's network",
  pid: 'lets the container see and signal processes of the host',
  ipc: 'shares memory with the host or another container',
  uts: "shares the host's name",
  userns_mode: 'turns the mapping of users off',
  cgroup: "puts the container into the host's control groups",
  cgroup_parent: 'takes the container out of its limits',
  devices: 'gives the container devices of the host',
  device_cgroup_rules: 'gives the container devices of the host',
  gpus: 'gives the container devices of the host',
  sysctls: 'changes settings of the kernel',
  group_add: 'gives the container groups of the host',
  extra_hosts: 'makes names point elsewhere',
  dns: 'makes names point elsewhere',
  volumes_from: "gives the container another container's files",
  runtime: 'runs the container by another program',
  oom_kill_disable: 'lets the container exhaust the host',
  oom_score_adj: 'lets the container outlive its neighbours',
  security_opt: 'weakens the confinement of the container',
}

/** Keys that have another place in Nexus. */
export const elsewhereKeys: Readonly<Record<string, string>> = {
  build: 'Nothing is built on a host: name an image of the manifest.',
  env_file: 'Variables are named one by one in the manifest.',
  secrets: 'Secrets are variables of the manifest: secret: true.',
  configs: 'Put the file into the image.',
  extends: 'Write the service out.',
  include: 'Write it out in one file.',
  profiles: 'Every service of a stack runs.',
  container_name: 'Two slots run side by side, so names are given by Nexus.',
  hostname: 'Two slots run side by side, so names are given by Nexus.',
  links: 'Services find each other by their names.',
  external_links: 'A stack reaches nothing of another stack.',
  pull_policy: 'Images are brought and checked by Nexus.',
  platform: 'Images are brought and checked by Nexus.',
  scale: 'One container a service.',
}

const keysBelow: Readonly<Record<string, readonly string[]>> = {
  healthcheck: ['test', 'interval', 'timeout', 'retries', 'start_period', 'start_interval', 'disable'],
  logging: ['driver', 'options'],
  deploy: ['resources'],
  'deploy.resources': ['limits', 'reservations'],
  'deploy.resources.limits': ['cpus', 'memory', 'pids'],
  'deploy.resources.reservations': ['cpus', 'memory'],
}

export const keysOf = (level: string): readonly string[] | undefined => keysBelow[level]

export const volumeKeys = ['labels'] as const
export const networkKeys = ['internal', 'labels'] as const
export const longPortKeys = ['target', 'published', 'host_ip', 'protocol', 'name', 'app_protocol', 'mode'] as const
export const longMountKeys = ['type', 'source', 'target', 'read_only'] as const
export const logDrivers = ['json-file', 'local', 'journald'] as const

export const looksSecret = (name: string): boolean =>
  /PASSW|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL|ACCESS_?KEY/i.test(name)
