import type { Program } from '../../platform/remote.ts'
import { sh } from '../../platform/shell.ts'
import { type BaselineItem, eachFile, sha256 } from './baseline-item.ts'
import { baselineWords } from './baseline-shell.ts'
import { armWords, deadManSeconds } from './dead-man.ts'

export type BaselineMode = 'apply' | 'check'

/** Changes with every item, but not with the key of a host: two hosts with the same version were given the same list. */
export const baselineVersion = (items: readonly BaselineItem[]): string =>
  `1-${sha256(JSON.stringify(items.map(shared))).slice(0, 10)}`

const shared = ({ files, ...item }: BaselineItem) => (item.ownFiles ? item : { files, ...item })

/**
 * One program for the whole list: it checks everything, installs what is missing in one go, changes what differs, and
 * says one line an item. Nothing guarded is touched before the dead-man timer is armed. `only`: the others are looked at
 * and said to differ where they do.
 */
export function baselineProgram(
  items: readonly BaselineItem[],
  mode: BaselineMode = 'apply',
  deadMan = deadManSeconds,
  only: readonly string[] = [],
): Program {
  return {
    name: mode === 'apply' ? 'apply the baseline' : 'compare with the baseline',
    script: compileBaseline(items, deadMan),
    args: [mode, baselineVersion(items), ...(only.length === 0 ? [] : [only.join(' ')])],
    timeoutSeconds: 1800,
  }
}

export function compileBaseline(items: readonly BaselineItem[], deadMan = deadManSeconds): string {
  return [
    baselineWords,
    armWords(deadMan),
    `all_files=${sh(pathsOf(items).join(' '))}`,
    `all_kernel=${sh(distinct(items.flatMap((each) => each.kernelFiles ?? [])).join(' '))}`,
    `all_units=${sh(distinct(items.flatMap((each) => each.units ?? [])).join(' '))}`,
    ...items.map(functionsOf),
    `list_item() { item=$1 upgrades=; case $1 in\n${items.map(caseOf).join('\n')}\nesac; }`,
    `count=${items.length}`,
    driver,
  ].join('\n')
}

const distinct = (words: readonly string[]) => [...new Set(words)]

const pathsOf = (items: readonly BaselineItem[]) =>
  distinct(items.flatMap(({ files = [] }) => files.map((each) => each.path)))

const functionsOf = (item: BaselineItem, index: number) =>
  `files_${index}() {\n${eachFile(item.files ?? [])}\n:\n}\ncheck_${index}() {\n${item.check}\n}\napply_${index}() {\n${item.apply}\n}`

const caseOf = (item: BaselineItem, index: number) =>
  `${index}) id=${item.id} stage=${item.stage} wants=${sh((item.packages ?? []).join(' '))} paths=${sh(pathsOf([item]).join(' '))} settings=${sh((item.kernelFiles ?? []).join(' '))} its_units=${sh((item.units ?? []).join(' '))}${item.upgrades ? ' upgrades=1' : ''} ;;`

const driver = String.raw`
mode=$1 list_version=$2 only=; [ $# -lt 3 ] || only=$3
chosen() { [ -z "$only" ] && return 0; case " $only " in *" $id "*) return 0 ;; esac; return 1; }
ok=0 changed=0 failed=0 skipped=0 differs=0 broken= armed=
# tell status before after
tell() {
  uptime_cs; took=$((cs - since))
  was= is=; [ -z "$2" ] || was=$(plain "$2"); [ -z "$3" ] || is=$(plain "$3")
  printf '{"type":"item","id":"%s","status":"%s","seconds":%s.%02d,"before":"%s","after":"%s"}\n' "$id" "$1" $((took / 100)) $((took % 100)) "$was" "$is"
}
begin() { list_item "$1"; uptime_cs; since=$cs; }
judge() { seen= reason=; "check_$item"; }
look_again() { [ $stage != packages ] || look_packages; look "$paths" "$settings" "$its_units"; }
mend() {
  begin "$1"; look_again
  judge; code=$?; before=$seen
  eval "kept=\$was_$item"
  case $code in
    0) if [ -n "$kept" ]; then changed=$((changed + 1)); tell changed "$kept" 'it is so'; else ok=$((ok + 1)); tell ok '' ''; fi; return ;;
    3) skipped=$((skipped + 1)); tell skipped '' "$reason"; return ;;
  esac
  [ $stage = guarded ] && [ -z "$armed" ] && { arm || { failed=$((failed + 1)); broken=$id; tell failed "$before" 'the dead-man timer could not be armed'; return; }; armed=1; }
  ( set -e; "apply_$item" ) > "$work/said" 2>&1; code=$?
  look_again
  if [ $code = 0 ] && judge; then
    changed=$((changed + 1)); tell changed "$before" 'it is so'
  else
    # Nothing starts on a host that goes down: that is no fault of the item.
    [ "$(systemctl is-system-running 2>/dev/null)" != stopping ] || exit 143
    failed=$((failed + 1)); broken=$id
    tell failed "$before" "exit $code, $seen: $(tail -n 6 "$work/said" | tail -c 600)"
  fi
}
mend_all() {
  for i in "$@"; do
    if [ -z "$broken" ]; then mend "$i"; else begin "$i"; skipped=$((skipped + 1)); tell skipped '' "not tried after $broken failed"; fi
  done
}

look_packages; look "$all_files" "$all_kernel" "$all_units"
todo_sources= todo_packages= todo_settings= todo_services= todo_guarded= missing= upgrade= starting= calm=
i=0
while [ $i -lt $count ]; do
  begin $i
  judge; code=$?
  eval "was_$i="
  case $code in
    # What runs is looked at once more when settings have changed.
    0) if [ $stage = services ] && [ "$mode" = apply ]; then calm="$calm $i"; else ok=$((ok + 1)); tell ok '' ''; fi ;;
    3) skipped=$((skipped + 1)); tell skipped '' "$reason" ;;
    *) if [ "$mode" = check ] || ! chosen; then
         differs=$((differs + 1)); before=$seen; [ "$mode" != check ] || "files_$i" diff_file; tell differs "$before" ''
       else
         eval "was_$i=\$seen todo_$stage=\"\$todo_$stage $i\""
         [ -z "$upgrades" ] || upgrade=1
         [ $stage != services ] || starting="$starting $its_units"
         for w in $wants; do has_packages "$w" || missing="$missing $w"; done
       fi ;;
  esac
  i=$((i + 1))
done

mend_all $todo_sources
if [ -n "$missing$upgrade" ] && [ -z "$broken" ]; then
  verb=install; [ -z "$upgrade" ] || verb=upgrade
  uptime_cs; since=$cs
  transact $verb $missing > "$work/install" 2>&1; code=$?
  uptime_cs; took=$((cs - since))
  printf '{"type":"packages","exit":%s,"seconds":%s.%02d}\n' $code $((took / 100)) $((took % 100))
  [ $code = 0 ] || say "apt-get said: $(grep -E '^(E:|dpkg: error|Err)' "$work/install" | tail -n 4)"
fi
mend_all $todo_packages $todo_settings
if [ -z "$broken" ]; then
  [ ! -e "$work/restart" ] || systemctl try-restart $(sort -u "$work/restart") > "$work/said" 2>&1 || say "$(tail -n 3 "$work/said")"
  [ -z "$starting" ] || ( run_units $starting ) > "$work/said" 2>&1 || say "$(tail -n 3 "$work/said")"
fi
if [ -n "$todo_sources$todo_packages$todo_settings$todo_services" ]; then mend_all $calm
else for i in $calm; do begin "$i"; ok=$((ok + 1)); tell ok '' ''; done; fi
mend_all $todo_services $todo_guarded

uptime_cs; took=$((cs - started))
if [ "$mode" = apply ] && [ $failed = 0 ] && [ $differs = 0 ]; then
  printf '{"version":"%s","at":"%s","items":%s}\n' "$list_version" "$(date -u +%FT%TZ)" "$count" > "$home/receipt.json.new" && mv -f "$home/receipt.json.new" "$home/receipt.json"
fi
reboot=false; [ -e /var/run/reboot-required ] && reboot=true
reverted=; [ -e "$home/dead-man/reverted" ] && reverted=$(cat "$home/dead-man/reverted")
printf '{"type":"done","version":"%s","ok":%s,"changed":%s,"failed":%s,"skipped":%s,"differs":%s,"armed":%s,"rebootRequired":%s,"reverted":"%s","seconds":%s.%02d}\n' \
  "$list_version" $ok $changed $failed $skipped $differs "$([ -e "$home/dead-man/armed" ] && echo true || echo false)" $reboot "$(plain "$reverted")" $((took / 100)) $((took % 100))
[ $failed = 0 ]
`
