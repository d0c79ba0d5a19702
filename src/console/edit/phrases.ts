// CodeMirror's own words, in the reader's language.
import type { Say } from "#console/text/say.ts";

/** By CodeMirror's English. */
export function phrases(say: Say): Readonly<Record<string, string>> {
  return {
    Completions: say("code.completions"),
    "Fold line": say("code.fold"),
    "Unfold line": say("code.unfold"),
    "folded code": say("code.folded"),
    unfold: say("code.unfold"),
    Diagnostics: say("editor.problems"),
    "No diagnostics": say("editor.problems.none"),
    Find: say("code.find"),
    Replace: say("code.replace"),
    next: say("code.next"),
    previous: say("code.previous"),
    all: say("code.all"),
    "match case": say("code.case"),
    regexp: say("code.regexp"),
    "by word": say("code.word"),
    replace: say("code.replace"),
    "replace all": say("code.replace.all"),
    close: say("window.close"),
    "Go to line": say("code.line"),
    go: say("code.go"),
  };
}
