import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copiedFile, type TreeFile, textFile } from './file-tree.ts'
import { nodeBinary } from './release-tree.ts'

export const serviceUser = 10001

const authorities = '/etc/ssl/certs/ca-certificates.crt'

/** Node, the C library it was started with here, and the few files a process expects of a system. Nothing else: no shell. */
export function baseLayer(): readonly TreeFile[] {
  const libraries = librariesOf(nodeBinary()).map((path) => copiedFile(path.slice(1), path, true))
  return [
    copiedFile('app/bin/node', nodeBinary(), true),
    ...libraries,
    textFile(
      'etc/passwd',
      `root:x:0:0:root:/:/nologin\nservice:x:${serviceUser}:${serviceUser}:service:/app:/nologin\n`,
    ),
    textFile('etc/group', `root:x:0:\nservice:x:${serviceUser}:\n`),
    textFile('etc/nsswitch.conf', 'passwd: files\ngroup: files\nhosts: files dns\n'),
    textFile('tmp/.keep', ''),
    ...(existsSync(authorities) ? [copiedFile(authorities.slice(1), authorities)] : []),
  ]
}

function librariesOf(binary: string): readonly string[] {
  const lines = execFileSync('ldd', [binary], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } }).split('\n')
  const paths = lines.map((line) => /(?:=>\s+)?(\/\S+)\s+\(0x/.exec(line)?.[1])
  return [...new Set(paths.filter((path) => path !== undefined))].sort()
}
