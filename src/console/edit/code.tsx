// The text itself: CodeMirror with the schema's completion and hover, and problems where they stand.
import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
  type Tooltip,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { type Say, useSay } from "#console/text/say.ts";
import { hoverNode } from "./hover-node.ts";
import { phrases } from "./phrases.ts";
import type { Reader } from "./reader.ts";
import type { Shape } from "./shape.ts";
import type { Span } from "./tree.ts";

export interface Mark {
  readonly span: Span;
  readonly severity: "error" | "warning";
  readonly text: string;
}

export interface CodeHandle {
  /** Puts another text in the place of all; it can be undone. */
  replace(text: string): void;
  /** Goes to a place. */
  show(span: Span): void;
}

interface CodeProps {
  readonly handle: Ref<CodeHandle>;
  readonly start: string;
  readonly label: string;
  readonly about: string;
  readonly shape: Shape;
  readonly reader: Reader;
  readonly marks: readonly Mark[];
  readonly onText: (text: string) => void;
}

export function Code({ handle, start, label, about, shape, reader, marks, onText }: CodeProps): ReactNode {
  const say = useSay();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const heard = useRef(onText);
  heard.current = onText;
  // One editor for as long as the page shows one resource: what was typed last is not the page's to put back.
  const first = useRef(start);
  useEffect(() => {
    if (place.current === null) return;
    const text = view.current?.state.doc.toString() ?? first.current;
    const extensions = extensionsOf({ say, label, about, shape, reader, onText: (now) => heard.current(now) });
    const made = new EditorView({ parent: place.current, state: EditorState.create({ doc: text, extensions }) });
    view.current = made;
    return () => {
      first.current = made.state.doc.toString();
      view.current = null;
      made.destroy();
    };
  }, [say, label, about, shape, reader]);
  useEffect(() => {
    const { current } = view;
    if (current === null) return;
    const end = current.state.doc.length;
    const within = marks.map(({ span: [from, to], severity, text }) => ({
      from: Math.min(from, end),
      to: Math.min(Math.max(to, from), end),
      severity,
      message: text,
    }));
    current.dispatch(setDiagnostics(current.state, within));
  }, [marks]);
  useImperativeHandle(handle, () => ({
    replace: (insert) => view.current?.dispatch({ changes: { from: 0, to: view.current.state.doc.length, insert } }),
    show([from, to]) {
      const end = view.current?.state.doc.length ?? 0;
      const selection = { anchor: Math.min(from, end), head: Math.min(to, end) };
      view.current?.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: "center" }) });
      view.current?.focus();
    },
  }));
  return <div className="code" ref={place} />;
}

interface Parts {
  readonly say: Say;
  readonly label: string;
  readonly about: string;
  readonly shape: Shape;
  readonly reader: Reader;
  readonly onText: (text: string) => void;
}

function extensionsOf({ say, label, about, shape, reader, onText }: Parts): Extension {
  return [
    EditorView.cspNonce.of(document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ""),
    EditorState.phrases.of(phrases(say)),
    EditorView.contentAttributes.of({
      "aria-label": label,
      "aria-describedby": about,
      spellcheck: "false",
      tabindex: "0",
    }),
    [lineNumbers(), highlightActiveLineGutter(), foldGutter(), lintGutter()],
    [history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine()],
    [highlightSelectionMatches(), indentUnit.of("  "), yaml(), syntaxHighlighting(classHighlighter)],
    autocompletion({ override: [(context) => complete(context, { shape, reader })], icons: false }),
    hoverTooltip((view, offset) => hover(view, offset, { say, shape, reader })),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    EditorView.domEventHandlers({ beforeinput: replaceLines }),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) onText(state.doc.toString());
    }),
  ];
}

/** Left to itself, the browser joins lines with styles of its own, which the CSP refuses. */
function replaceLines(event: InputEvent, view: EditorView): boolean {
  const { selection, doc } = view.state;
  const { from, to } = selection.main;
  const isOfLines = doc.lineAt(from).number !== doc.lineAt(to).number;
  if (event.inputType !== "insertText" || event.data === null || !isOfLines) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  return true;
}

type Known = Pick<Parts, "say" | "shape" | "reader">;

/** Above it a text is no resource's: it is shown, and nothing is offered. Characters. */
const MOST = 1_000_000;

async function complete(
  { state, pos }: CompletionContext,
  { shape, reader }: Pick<Known, "shape" | "reader">,
): Promise<CompletionResult | null> {
  if (state.doc.length > MOST) return null;
  const found = await reader.ask("complete", { text: state.doc.toString(), shape, offset: pos }).catch(() => null);
  if (found === null) return null;
  const { from, to, options } = found;
  return {
    from,
    to,
    validFor: /^["']?[\w./-]*$/,
    options: options.map(({ label, kind, text, cursor, types, isRequired, description }, index) => ({
      label,
      type: kind,
      detail: isRequired ? `${types.join(" | ")} *` : types.join(" | "),
      // In the schema's order, what is required first.
      boost: Math.max(-50, (isRequired ? 50 : 30) - index),
      ...(description !== "" && { info: description }),
      apply: (view: EditorView, _: unknown, start: number, end: number) =>
        view.dispatch({ changes: { from: start, to: end, insert: text }, selection: { anchor: start + cursor } }),
    })),
  };
}

async function hover(view: EditorView, offset: number, { say, shape, reader }: Known): Promise<Tooltip | null> {
  const { doc } = view.state;
  if (doc.length > MOST) return null;
  const found = await reader.ask("hover", { text: doc.toString(), shape, offset }).catch(() => null);
  if (found === null) return null;
  const [pos, end] = found.span;
  return { pos, end, above: true, create: () => ({ dom: hoverNode(found, say) }) };
}
