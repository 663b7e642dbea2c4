import type { Program } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'
import { type BaselineItem, sha256 } from './baseline-item.ts'
import { baselineWords } from './baseline-shell.ts'
import { armWords, deadManSeconds } from './dead-man.ts'

export type BaselineMode = 'apply' | 'check'

/** Changes with every item: two hosts with the same version were given the same list. */
export const baselineVersion = (items: readonly BaselineItem[]): string =>
  `1-${sha256(JSON.stringify(items)).slice(0, 10)}`

/**
 * One program for the whole list: it checks everything, installs what is missing in one go, changes what differs, and
 * says one line an item. Nothing guarded is touched before the dead-man timer is armed.
 */
export function baselineProgram(items: readonly BaselineItem[], mode: BaselineMode = 'apply'): Program {
  return {
    name: mode === 'apply' ? 'apply the baseline' : 'compare with the baseline',
    script: compileBaseline(items),
    args: [mode, baselineVersion(items)],
    timeoutSeconds: 1800,
  }
}

export function compileBaseline(items: readonly BaselineItem[]): string {
  return [
    baselineWords,
    armWords(deadManSeconds),
    `all_files=${sh(distinct(items.flatMap((each) => each.files ?? [])).join(' '))}`,
    `all_kernel=${sh(distinct(items.flatMap((each) => each.kernelFiles ?? [])).join(' '))}`,
    `all_units=${sh(distinct(items.flatMap((each) => each.units ?? [])).join(' '))}`,
    ...items.map(functionsOf),
    `list_item() { case $1 in\n${items.map(caseOf).join('\n')}\nesac; }`,
    `count=${items.length}`,
    // The answer is kept now, so that the next run does not have to look for updates.
    `at_end=${items.some((each) => each.id === 'system.updates') ? 'no_updates' : ':'}`,
    driver,
  ].join('\n')
}

const distinct = (words: readonly string[]) => [...new Set(words)]

const functionsOf = (item: BaselineItem, index: number) =>
  `check_${index}() {\n${item.check}\n}\napply_${index}() {\n${item.apply}\n}`

const caseOf = (item: BaselineItem, index: number) =>
  `${index}) id=${item.id} stage=${item.stage} wants=${sh((item.packages ?? []).join(' '))} ;;`

const driver = String.raw`
mode=$1 list_version=$2
ok=0 changed=0 failed=0 skipped=0 differs=0 broken= armed=
# tell status before after
tell() {
  uptime_cs; took=$((cs - since))
  was= is=; [ -z "$2" ] || was=$(plain "$2"); [ -z "$3" ] || is=$(plain "$3")
  printf '{"type":"item","id":"%s","status":"%s","seconds":%s.%02d,"before":"%s","after":"%s"}\n' "$id" "$1" $((took / 100)) $((took % 100)) "$was" "$is"
}
judge() { seen= reason=; "check_$1"; }
mend() {
  i=$1; list_item "$i"; uptime_cs; since=$cs
  judge "$i"; code=$?; before=$seen
  case $code in
    0) eval "kept=\$was_$i"; if [ -n "$kept" ]; then changed=$((changed + 1)); tell changed "$kept" 'it is so'; else ok=$((ok + 1)); tell ok '' ''; fi; return ;;
    3) skipped=$((skipped + 1)); tell skipped '' "$reason"; return ;;
  esac
  [ $stage = guarded ] && [ -z "$armed" ] && { arm || { failed=$((failed + 1)); broken=$id; tell failed "$before" 'the dead-man timer could not be armed'; return; }; armed=1; }
  ( set -e; "apply_$i" ) > "$work/said" 2>&1; code=$?
  look_packages; look
  if [ $code = 0 ] && judge "$i"; then
    changed=$((changed + 1)); tell changed "$before" 'it is so'
  else
    failed=$((failed + 1)); broken=$id
    tell failed "$before" "exit $code, $seen: $(tail -n 6 "$work/said" | tail -c 600)"
  fi
}

look_packages; look
todo= missing= sources=
i=0
while [ $i -lt $count ]; do
  list_item $i; uptime_cs; since=$cs
  judge $i; code=$?
  eval "was_$i="
  case $code in
    0) ok=$((ok + 1)); tell ok '' '' ;;
    3) skipped=$((skipped + 1)); tell skipped '' "$reason" ;;
    *) if [ "$mode" = check ]; then differs=$((differs + 1)); tell differs "$seen" ''
       else
         eval "was_$i=\$seen"
         case $stage in sources) sources="$sources $i" ;; *) todo="$todo $i" ;; esac
         [ -n "$wants" ] && for p in $wants; do has_packages "$p" || missing="$missing $p"; done
       fi ;;
  esac
  i=$((i + 1))
done

for i in $sources; do [ -n "$broken" ] || mend "$i"; done
if [ -n "$missing" ] && [ -z "$broken" ]; then
  uptime_cs; since=$cs
  if ! install $missing > "$work/install" 2>&1; then
    tell_said=$(grep -E '^(E:|dpkg: error|Err)' "$work/install" | tail -n 4)
    printf '{"type":"progress","text":"%s"}\n' "$(plain "apt-get said: $tell_said")"
  fi
  look_packages; look
fi
for i in $todo; do
  if [ -n "$broken" ]; then
    list_item "$i"; uptime_cs; since=$cs; skipped=$((skipped + 1)); tell skipped '' "not tried after $broken failed"
  else
    mend "$i"
  fi
done

[ $changed -gt 0 ] && $at_end
uptime_cs; took=$((cs - started))
if [ "$mode" = apply ] && [ $failed = 0 ]; then
  printf '{"version":"%s","at":"%s","items":%s}\n' "$list_version" "$(date -u +%FT%TZ)" "$count" > "$home/receipt.json.new" && mv -f "$home/receipt.json.new" "$home/receipt.json"
fi
reboot=false; [ -e /var/run/reboot-required ] && reboot=true
reverted=; [ -e "$home/dead-man/reverted" ] && reverted=$(cat "$home/dead-man/reverted")
printf '{"type":"done","version":"%s","ok":%s,"changed":%s,"failed":%s,"skipped":%s,"differs":%s,"armed":%s,"rebootRequired":%s,"reverted":"%s","seconds":%s.%02d}\n' \
  "$list_version" $ok $changed $failed $skipped $differs "$([ -e "$home/dead-man/armed" ] && echo true || echo false)" $reboot "$(plain "$reverted")" $((took / 100)) $((took % 100))
[ $failed = 0 ]
`
