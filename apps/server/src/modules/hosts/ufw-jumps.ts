/**
 * ufw puts its six jumps into INPUT only together with its chains: where only the jumps are gone, a reload or a restart
 * leaves the policy DROP alone there, and nobody gets in. POSIX sh without single quotes, safe under `set -e`.
 */
export const ufwJumps = String.raw`ufw_jumps() {
  for tool in iptables ip6tables; do
    v=; [ $tool = iptables ] || v=6
    $tool -w -S ufw$v-before-logging-input >/dev/null 2>&1 || continue
    want=; for kind in before-logging before after after-logging reject track; do want="$want ufw$v-$kind-input"; done
    have=; for chain in $($tool -w -S INPUT | sed -n "s/^-A INPUT -j \(ufw[a-z0-9-]*\)$/\1/p"); do have="$have $chain"; done
    [ "$have" != "$want" ] || continue
    for chain in $have; do $tool -w -D INPUT -j $chain; done
    for chain in $want; do $tool -w -N $chain 2>/dev/null || true; $tool -w -A INPUT -j $chain; done
  done
}`
