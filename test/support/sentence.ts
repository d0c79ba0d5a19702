// The sentences that sources hold: string literals and templates that read like words to a person, their places numbered.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";

const root = fileURLToPath(new URL("../../src/", import.meta.url));

interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Types are not said, nor is what a programmer is told. */
const UNSAID = ["ImportDeclaration", "TSLiteralType", "TSTypeAliasDeclaration", "TSInterfaceDeclaration"];
/** Two words, or a word and a place. */
const WORDS = /[a-z'.:,;)}\]] +[a-zA-Z'(["]|[a-z]{2} +\{|\} +[a-z]{2}/;

/** Sentences of a file, or of a folder's files, below src; each with the files that hold it. */
export function sentencesOf(path: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const file of filesOf(path)) {
    const { program } = parseSync(file, readFileSync(join(root, file), "utf8"));
    visit(program as unknown as Node, (text) => {
      if (!WORDS.test(text) || !/[a-z]{2}/.test(text)) return;
      found.set(text, [...(found.get(text) ?? []), file]);
    });
  }
  return found;
}

function filesOf(path: string): readonly string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${path}/${file}`)
    .sort();
}

function visit(node: unknown, take: (text: string) => void): void {
  if (Array.isArray(node)) {
    for (const one of node) visit(one, take);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const at = node as Node;
  if (UNSAID.includes(at.type)) return;
  if (at.type === "ThrowStatement" && calleeOf(at.argument) === "TypeError") return;
  const pieces = piecesOf(at);
  if (pieces !== null) take(numbered(pieces));
  for (const member of Object.keys(at)) {
    // The pieces of a sum are said together.
    if (pieces !== null && at.type === "BinaryExpression") continue;
    visit(at[member], take);
  }
}

function calleeOf(node: unknown): unknown {
  return (node as { readonly callee?: { readonly name?: string } } | null)?.callee?.name;
}

/** A text's constant pieces, with null for each place; null for what is no text. */
function piecesOf(node: Node): readonly (string | null)[] | null {
  if (node.type === "Literal") return typeof node.value === "string" ? [node.value] : null;
  if (node.type === "TemplateLiteral") {
    const quasis = node.quasis as readonly { readonly value: { readonly cooked: string } }[];
    return quasis.flatMap(({ value }, index) => (index === 0 ? [value.cooked] : [null, value.cooked]));
  }
  if (node.type === "BinaryExpression" && node.operator === "+") {
    const [left, right] = [piecesOf(node.left as Node), piecesOf(node.right as Node)];
    return left === null && right === null ? null : [...(left ?? [null]), ...(right ?? [null])];
  }
  return null;
}

function numbered(pieces: readonly (string | null)[]): string {
  let place = 0;
  return pieces.map((piece) => piece ?? `{${place++}}`).join("");
}
