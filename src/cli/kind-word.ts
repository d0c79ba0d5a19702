// Which kind a word on the command line means: type, plural, singular, alias or short name, in any case.
import type { Kind } from "#model/kind.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import { nearestWord } from "#model/nearest.ts";
import { unsupportedText } from "./apply/kuma-type.ts";
import { usage } from "./failure.ts";

/** Dashes and case tell no words apart: `traffic-permission`, `TrafficPermission`. */
function flat(word: string): string {
  return word.toLowerCase().replaceAll("-", "");
}

/** All words of a kind, flat. */
function wordsOf(kind: Kind): string[] {
  return [kind.type, kind.path, kind.shortName, ...kind.aliases].map(flat);
}

/** The kind of a word. Throws a usage failure that suggests the nearest of `among`, or names them all. */
export function kindOfWord(word: string, among: readonly Kind[] = ALL_KINDS): Kind {
  const wanted = flat(word);
  const found = ALL_KINDS.find((kind) => wordsOf(kind).includes(wanted));
  if (found !== undefined) return found;
  const all = typesText(among);
  const unsupported = unsupportedText(word);
  if (unsupported !== undefined) throw usage(unsupported, `known: ${all}`);
  const near = nearestWord(
    word,
    among.flatMap((kind) => [kind.type, kind.path]),
  );
  throw usage(`there is no type ${word}`, near === undefined ? `known: ${all}` : `did you mean ${near}?`);
}

/** More than this fill a screen and are read by nobody. */
const MOST_TYPES = 12;

/** The types there are, or the first of them and where the others stand. */
export function typesText(kinds: readonly Kind[]): string {
  const paths = kinds.map(({ path }) => path);
  if (paths.length <= MOST_TYPES) return paths.join(", ");
  return `${paths.slice(0, MOST_TYPES).join(", ")} and ${paths.length - MOST_TYPES} more; weft get --help lists all`;
}

export const MESH_OPTION = { flags: "-m, --mesh <mesh>", help: "mesh of the resource", default: "default" } as const;
