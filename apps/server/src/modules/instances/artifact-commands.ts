import type { Program } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'
import { artifactPath, layout, userOf } from './instance-layout.ts'
import type { ReleaseArtifact } from './runtime.ts'

/** The instance's own folders and its own user, who owns nothing and may read its release. */
export const makeHome = (instance: string): Program => ({
  name: 'make the instance home',
  timeoutSeconds: 60,
  script: `set -eu
umask 022
install -d -m 755 /srv/nexus ${sh(layout(instance).home)} ${sh(`${layout(instance).home}/releases`)} ${sh(`${layout(instance).home}/slots`)}
install -d -m 700 /srv/nexus/artifacts ${sh(`${layout(instance).home}/env`)} ${sh(`${layout(instance).home}/compose`)}
id -u ${sh(userOf(instance))} >/dev/null 2>&1 || useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ${sh(userOf(instance))}
`,
})

/** Which of the files are already there, whole. A file whose digest differs is taken away. */
export const haveArtifacts = (artifacts: readonly ReleaseArtifact[]): Program => ({
  name: 'look for the release files',
  timeoutSeconds: 300,
  script: `set -eu
look() {
  if [ -f "$1" ] && [ "$(sha256sum "$1" | cut -d' ' -f1)" = "$2" ]; then printf '{"sha256":"%s","have":true}\\n' "$2"
  else rm -f "$1"; printf '{"sha256":"%s","have":false}\\n' "$2"; fi
}
${artifacts.map((each) => `look ${sh(artifactPath(each.sha256))} ${sh(each.sha256)}`).join('\n')}
`,
})

/** Unpacked beside and renamed, so that a release folder is either whole or not there. */
export const unpackArtifact = (instance: string, release: string, artifact: ReleaseArtifact): Program => {
  const to = layout(instance).release(release)
  return {
    name: 'unpack the release',
    timeoutSeconds: 300,
    script: `set -eu
umask 022
to=${sh(to)}
if [ "$(cat "$to/.nexus-artifact" 2>/dev/null)" = ${sh(artifact.sha256)} ]; then printf '{"unpacked":false}\\n'; exit 0; fi
[ "$(sha256sum ${sh(artifactPath(artifact.sha256))} | cut -d' ' -f1)" = ${sh(artifact.sha256)} ] || { echo 'The artifact on the host is not the one of the release.' >&2; exit 1; }
rm -rf "$to.new" && mkdir "$to.new"
tar -xf ${sh(artifactPath(artifact.sha256))} -C "$to.new" --no-same-owner --no-same-permissions
printf '%s' ${sh(artifact.sha256)} > "$to.new/.nexus-artifact"
rm -rf "$to" && mv "$to.new" "$to"
printf '{"unpacked":true}\\n'
`,
  }
}

/** Undo: the instance's folders and user; the files by digest stay for other releases, and are small change. */
export const removeHome = (instance: string): Program => ({
  name: 'remove the instance home',
  timeoutSeconds: 120,
  script: `set -eu
if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
  docker volume ls -q --filter ${sh(`label=nexus.instance=${instance}`)} | while read -r volume; do docker volume rm "$volume" >/dev/null </dev/null; done
fi
rm -rf ${sh(layout(instance).home)}
if id -u ${sh(userOf(instance))} >/dev/null 2>&1; then userdel ${sh(userOf(instance))}; fi
`,
})
