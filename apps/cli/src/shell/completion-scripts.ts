import type { Command, Option } from 'commander'

/** What may follow a path of commands: `order list` -> its options. */
export type CompletionWords = readonly {
  readonly path: string
  readonly words: readonly { readonly word: string; readonly description: string }[]
}[]

export const wordsOf = (program: Command): CompletionWords => {
  const everywhere = program.options.map(toWord)
  const walk = (command: Command, path: string): CompletionWords[number][] => {
    const below = command.commands.filter((each) => each.name() !== 'docs')
    const own = command === program ? [] : command.options.map(toWord)
    const verbs = below.map((each) => ({ word: each.name(), description: each.description() }))
    const choices = command.registeredArguments.flatMap((each) => each.argChoices ?? [])
    const chosen = choices.map((word) => ({ word, description: '' }))
    return [
      { path, words: [...verbs, ...chosen, ...own, ...everywhere] },
      ...below.flatMap((each) => walk(each, `${path} ${each.name()}`.trim())),
    ]
  }
  return walk(program, '')
}

const toWord = (option: Option) => ({ word: option.long ?? option.flags, description: option.description })

/** Words after the name that are no options: the path as far as it is one. */
export const bashCompletion = (words: CompletionWords): string => `# bash completion of nexusctl
_nexusctl_words() {
  case "$1" in
${words.map(({ path, words: found }) => `    '${path}') echo '${found.map(({ word }) => word).join(' ')}' ;;`).join('\n')}
    *) return 1 ;;
  esac
}
_nexusctl() {
  local path='' next word index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case "$word" in -*) continue ;; esac
    next="\${path:+$path }$word"
    _nexusctl_words "$next" >/dev/null && path=$next
  done
  case "\${COMP_WORDS[COMP_CWORD - 1]}" in
    -f | --file | --token-file) COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")); return ;;
    -o | --output) COMPREPLY=($(compgen -W 'table json yaml' -- "\${COMP_WORDS[COMP_CWORD]}")); return ;;
  esac
  COMPREPLY=($(compgen -W "$(_nexusctl_words "$path")" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _nexusctl nexusctl
`

const zshWord = (text: string): string => text.replace(/['\\:]/g, ' ')

export const zshCompletion = (words: CompletionWords): string => `#compdef nexusctl
_nexusctl_words() {
  case "$1" in
${words
  .map(({ path, words: found }) => {
    const lines = found.map(({ word, description }) => `'${word}:${zshWord(description)}'`).join(' ')
    return `    '${path}') found=(${lines}) ;;`
  })
  .join('\n')}
    *) return 1 ;;
  esac
}
_nexusctl() {
  local route='' next word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] && continue
    next="\${route:+$route }$word"
    _nexusctl_words "$next" && route=$next
  done
  case "\${words[CURRENT-1]}" in
    -f|--file|--token-file) _files; return ;;
    -o|--output) compadd table json yaml; return ;;
  esac
  _nexusctl_words "$route"
  _describe 'nexusctl' found
}
if [ "$funcstack[1]" = _nexusctl ]; then _nexusctl "$@"; else compdef _nexusctl nexusctl; fi
`

const fishWord = (text: string): string => text.replace(/['\\]/g, ' ')

export const fishCompletion = (words: CompletionWords): string => `# fish completion of nexusctl
function __nexusctl_path
    set -l known ${words.flatMap(({ path }) => (path ? [`'${path}'`] : [])).join(' ')}
    set -l route
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; and continue
        set -l next (string join ' ' $route $word)
        contains -- $next $known; and set route $next
    end
    string join ' ' $route
end
complete -c nexusctl -f
${words
  .flatMap(({ path, words: found }) =>
    found.map(({ word, description }) => {
      const at = `-n 'test (__nexusctl_path | string collect) = "${path}"'`
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`
      return `complete -c nexusctl ${at} ${what} -d '${fishWord(description)}'`
    }),
  )
  .join('\n')}
`
