import type { Program } from '../../platform/remote.ts'
import { ufwJumps } from './ufw-jumps.ts'

export const deadManSeconds = 120

/**
 * `arm` keeps the old sshd and firewall settings and the keys of the control plane, and starts a timer on the host, on disk so that it survives a reboot,
 * that puts them back. Only a fresh session as the new admin takes it away (`confirmAccess`).
 */
export const armWords = (seconds: number): string =>
  String.raw`
arm() {
  man=$home/dead-man
  if [ ! -e "$man/armed" ]; then
    rm -rf "$man"; mkdir -p "$man/old"; chmod 700 "$man"
    for f in /etc/ssh/sshd_config /etc/ssh/sshd_config.d /etc/ufw/user.rules /etc/ufw/user6.rules /etc/ufw/before.rules /etc/ufw/before6.rules /etc/ufw/ufw.conf /etc/default/ufw; do
      [ -e "$f" ] && mkdir -p "$man/old$(dirname "$f")" && cp -a "$f" "$man/old$f"
    done
    [ ! -e /home/nexus/.ssh/authorized_keys ] || cp -a /home/nexus/.ssh/authorized_keys "$man/keys"
    systemctl is-active -q ufw && : > "$man/ufw-was-active"
    put "$man/revert" 700 root:root '#!/bin/sh
# Puts the settings back that were here before the baseline, because nobody confirmed that the host still lets them in.
man=/var/lib/nexus-host/dead-man
@JUMPS@
rm -rf /etc/ssh/sshd_config.d
mkdir -p /etc/ssh/sshd_config.d
cp -a "$man/old/." /
[ ! -e "$man/keys" ] || cp -a "$man/keys" /home/nexus/.ssh/authorized_keys
systemctl reload ssh 2>/dev/null || systemctl restart ssh
if [ -e "$man/ufw-was-active" ]; then ufw --force reload || ufw --force enable; ufw_jumps; else systemctl stop ufw; ufw --force disable; fi
date -u +%FT%TZ > "$man/reverted"
rm -f "$man/armed"
systemctl disable nexus-dead-man.timer
logger -t nexus "access was not confirmed: the old sshd and firewall settings are back"
'
    put /etc/systemd/system/nexus-dead-man.service 644 root:root '[Unit]
Description=Put the old access settings back
[Service]
Type=oneshot
ExecStart=/var/lib/nexus-host/dead-man/revert
'
    put /etc/systemd/system/nexus-dead-man.timer 644 root:root '[Unit]
Description=Put the old access settings back unless somebody confirms
[Timer]
OnActiveSec=@SECONDS@
AccuracySec=1s
[Install]
WantedBy=timers.target
'
    : > "$man/armed"
    systemctl daemon-reload
  fi
  systemctl enable -q nexus-dead-man.timer && systemctl restart nexus-dead-man.timer && systemctl is-active -q nexus-dead-man.timer || return 1
  printf '{"type":"armed","seconds":@SECONDS@}\n'
}
`
    .replaceAll('@SECONDS@', String(seconds))
    .replace('@JUMPS@', () => ufwJumps)

/** Sent over a connection of its own, as the new admin: that it arrives is the proof. */
export const confirmAccess = (): Program => ({
  name: 'confirm that the host still lets us in',
  script: String.raw`set -u
man=/var/lib/nexus-host/dead-man
if [ -e "$man/reverted" ] && [ ! -e "$man/armed" ]; then printf '{"type":"reverted","at":"%s"}\n' "$(cat "$man/reverted")"; exit 1; fi
systemctl disable -q --now nexus-dead-man.timer
systemctl is-active -q nexus-dead-man.service && exit 1
if [ -e "$man/reverted" ]; then exit 1; fi
rm -rf "$man" /etc/systemd/system/nexus-dead-man.timer /etc/systemd/system/nexus-dead-man.service
systemctl daemon-reload
printf '{"type":"confirmed"}\n'
`,
  timeoutSeconds: 30,
})

/** After a revert was seen by a person or a new run: the mark goes, so that the next run tells its own story. */
export const forgetRevert = (): Program => ({
  name: 'take the mark of the revert away',
  script: 'rm -rf /var/lib/nexus-host/dead-man/reverted; exit 0',
  timeoutSeconds: 15,
})
