// Scripts that let a shell complete `weft`: each asks the hidden `weft __complete` with the words so far.

/** Shells that have one. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof SHELLS)[number];

/** The line that says "complete a path of a file"; every other line is `value<TAB>help`. */
export const FILES_LINE = ":files";

// `weft` may be `npx weft`'s, an alias's or a path: the script calls what the user called.
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# weft completion for bash: source <(weft completion bash)
_weft() {
  local IFS=$'\\n' line words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  # Bash takes "=" and ":" for ends of words; weft does not.
  if declare -F _get_comp_words_by_ref >/dev/null; then
    local cur words_ cword_
    _get_comp_words_by_ref -n =: -w words_ -i cword_ cur
    words=("\${words_[@]:1:cword_}")
  fi
  local current="\${words[\${#words[@]}-1]}"
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == "${FILES_LINE}" ]]; then
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "\${current#*=}"))
      return
    fi
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$current"; fi
}
complete -F _weft weft
`,
  zsh: `#compdef weft
# weft completion for zsh: source <(weft completion zsh)
_weft() {
  local line value help
  local -a found
  for line in "\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -z $line ]] && continue
    if [[ $line == "${FILES_LINE}" ]]; then _files; return; fi
    value="\${line%%$'\\t'*}"
    help="\${line#*$'\\t'}"
    found+=("\${value//:/\\\\:}:$help")
  done
  _describe 'weft' found
}
if [[ "$funcstack[1]" == "_weft" ]]; then _weft "$@"; else compdef _weft weft; fi
`,
  fish: `# weft completion for fish: weft completion fish | source
function __weft_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] __complete -- $words[2..-1] 2>/dev/null)
    if test "$found[1]" = "${FILES_LINE}"
        __fish_complete_path (commandline -ct)
    else
        string join \\n -- $found
    end
end
complete -c weft -f -a '(__weft_complete)'
`,
};

/** The whole script, to be sourced. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
