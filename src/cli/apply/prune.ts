// Options by which a folder is a whole: what is selected and no more among its documents is deleted.
import type { ChangeBody } from "#api/weft.ts";
import type { OptionRow } from "#cli/command.ts";
import { usage } from "#cli/failure.ts";
import { kindOfWord } from "#cli/kind-word.ts";

export interface PruneOptions {
  readonly prune?: boolean;
  readonly selector?: readonly string[];
  readonly pruneMesh?: readonly string[];
  readonly pruneType?: readonly string[];
  readonly pruneAll?: boolean;
}

export const PRUNE_OPTIONS: readonly OptionRow[] = [
  { flags: "--prune", help: "delete what -l and --prune-mesh select and no document has" },
  { flags: "-l, --selector <key=value>", help: "a label of all that is pruned; may be repeated", repeat: true },
  { flags: "--prune-mesh <mesh>", help: "a mesh in which is pruned; may be repeated", repeat: true },
  {
    flags: "--prune-type <type>",
    help: "a type that is pruned, instead of those of the documents; may be repeated",
    repeat: true,
  },
  { flags: "--prune-all", help: "there may be no document at all: everything selected goes" },
];

/** The selection; undefined without --prune. Throws a usage failure for one that says too little. */
export function pruneOf(options: PruneOptions): ChangeBody["prune"] | undefined {
  const { prune = false, selector = [], pruneMesh = [], pruneType = [], pruneAll = false } = options;
  if (!prune) {
    const lone = Object.entries({ "-l": selector, "--prune-mesh": pruneMesh, "--prune-type": pruneType });
    const given = lone.find(([, values]) => values.length > 0)?.[0] ?? (pruneAll ? "--prune-all" : undefined);
    if (given !== undefined) throw usage(`${given} says what is pruned, and there is no --prune`, "add --prune");
    return undefined;
  }
  if (selector.length + pruneMesh.length === 0) {
    const fix = "add -l KEY=VALUE (each document must have it), or --prune-mesh MESH";
    throw usage("--prune does not say what belongs to the documents", fix);
  }
  const labels = Object.fromEntries(
    selector.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw usage(`-l ${text} is no label`, "write it as KEY=VALUE");
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
  return {
    ...(selector.length > 0 && { labels }),
    ...(pruneMesh.length > 0 && { meshes: [...pruneMesh] }),
    ...(pruneType.length > 0 && { types: pruneType.map((word) => kindOfWord(word).type) }),
    ...(pruneAll && { empty: true }),
  };
}

/** The options as they are written on a line. */
export function pruneWords(options: PruneOptions): readonly string[] {
  const { prune = false, selector = [], pruneMesh = [], pruneType = [], pruneAll = false } = options;
  return [
    ...(prune ? ["--prune"] : []),
    ...selector.flatMap((label) => ["-l", label]),
    ...pruneMesh.flatMap((mesh) => ["--prune-mesh", mesh]),
    ...pruneType.flatMap((type) => ["--prune-type", type]),
    ...(pruneAll ? ["--prune-all"] : []),
  ];
}
