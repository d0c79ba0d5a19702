// Which resource words name: `TYPE NAME`, or `TYPE/NAME` and `TYPE/MESH/NAME` as `--output name` prints them.
import type { Kind } from "#model/kind.ts";
import { usage } from "./failure.ts";
import { kindOfWord } from "./kind-word.ts";

export interface Named {
  readonly kind: Kind;
  /** `""` where it is of none. */
  readonly mesh: string;
  readonly name: string;
}

/** `MeshTimeout/slow`, or `MeshTimeout/shop/slow` where rows of several meshes are mixed. */
export function resourceName({ type, scope }: Kind, mesh: string | undefined, name: string, withMesh: boolean): string {
  return withMesh && scope === "Mesh" ? `${type}/${mesh}/${name}` : `${type}/${name}`;
}

/** Whether the word is a type with a name. */
export function isNamed(word: string): boolean {
  return word.includes("/");
}

/** Of `TYPE/NAME` or `TYPE/MESH/NAME`; in `mesh` where it says none. Throws a usage failure. */
export function namedOf(word: string, mesh: string, among?: readonly Kind[]): Named {
  const parts = word.split("/");
  const [type = "", ...rest] = parts;
  const kind = kindOfWord(type, among);
  const most = kind.scope === "Global" ? 2 : 3;
  if (parts.length > most || parts.some((part) => part === ""))
    throw usage(
      `${word} names no ${kind.type}`,
      kind.scope === "Global" ? `write ${kind.type}/NAME` : `write ${kind.type}/NAME, or ${kind.type}/MESH/NAME`,
    );
  const own = rest.length === 2 ? rest[0]! : mesh;
  return { kind, mesh: kind.scope === "Global" ? "" : own, name: rest.at(-1)! };
}

/** The resource that the first words name, one or two, and the words after it. Throws a usage failure. */
export function namedByWords(
  words: readonly string[],
  mesh: string,
  among?: readonly Kind[],
): Named & { readonly rest: readonly string[] } {
  const [first = "", name, ...rest] = words;
  if (isNamed(first)) return { ...namedOf(first, mesh, among), rest: words.slice(1) };
  const kind = kindOfWord(first, among);
  if (name === undefined) throw usage("missing required argument 'name'", `write ${first} NAME, or ${first}/NAME`);
  return { kind, mesh: kind.scope === "Global" ? "" : mesh, name, rest };
}

/** A dataplane: `NAME`, or as a resource is named. Throws a usage failure for what is no proxy of a mesh. */
export function dataplaneOf(word: string, mesh: string): { readonly mesh: string; readonly name: string } {
  if (!isNamed(word)) return { mesh, name: word };
  const named = namedOf(word, mesh);
  if (named.kind.type !== "Dataplane")
    throw usage(`${named.kind.type} ${named.name} is no Dataplane`, "give a Dataplane's name");
  return named;
}
