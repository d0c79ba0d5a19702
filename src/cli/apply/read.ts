// Documents as commands take them: read, checked all together, and refused with every fault at its line.
import { setImmediate } from "node:timers/promises";
import { MOST_CHANGES } from "#api/weft.ts";
import type { Invocation, OptionRow } from "#cli/command.ts";
import { Failure, usage } from "#cli/failure.ts";
import { MESH_OPTION } from "#cli/kind-word.ts";
import { countText, progress, type Tell } from "#cli/progress.ts";
import { Fault } from "#model/fault.ts";
import { type Checked, type CheckedResource, checkResources, findingAt, findingsText } from "./check.ts";
import { type Finding, type Parsed, parseSource } from "./document.ts";
import { readSources, type Source } from "./source.ts";

export interface FileOptions {
  readonly file: readonly string[];
  readonly mesh: string;
}

export const FILE_OPTION: OptionRow = {
  flags: "-f, --file <path>",
  help: "a file, a folder, or - for standard input; may be repeated",
  repeat: true,
};

export const FILE_OPTIONS: readonly OptionRow[] = [
  FILE_OPTION,
  { ...MESH_OPTION, help: "mesh of documents that name none" },
];

/** All documents, and every fault of them; `files` in the order in which they were read. */
export async function checkDocuments(
  { options, terminal, cwd }: Pick<Invocation<FileOptions>, "options" | "terminal" | "cwd">,
  empty = false,
): Promise<Checked & { readonly files: readonly string[] }> {
  const sources = await readSources(options.file, cwd, () => terminal.input(), empty);
  const parsed = await progress(terminal, "reading files", (tell) => parseAll(sources, tell));
  const { resources, findings } = checkResources(
    parsed.flatMap((one) => one.resources),
    options.mesh,
  );
  return {
    resources,
    findings: [...parsed.flatMap(({ faults }) => faults), ...findings],
    files: sources.map(({ name }) => name),
  };
}

/** Milliseconds after which others have a turn: Ctrl-C, and the line that tells how far it is. */
const TURN = 50;

async function parseAll(sources: readonly Source[], tell: Tell): Promise<readonly Parsed[]> {
  const parsed: Parsed[] = [];
  let turn = performance.now();
  for (const source of sources) {
    parsed.push(parseSource(source));
    if (performance.now() - turn < TURN) continue;
    tell(`reading files: ${countText(parsed.length)} of ${countText(sources.length)}`);
    await setImmediate();
    turn = performance.now();
  }
  return parsed;
}

/** All documents, in the order in which kinds have to be applied. Throws Failure; `empty` = there may be none. */
export async function readDocuments(
  { options, terminal, cwd }: Pick<Invocation<FileOptions>, "options" | "terminal" | "cwd">,
  empty = false,
): Promise<readonly CheckedResource[]> {
  const { resources, findings, files } = await checkDocuments({ options, terminal, cwd }, empty);
  if (findings.length > 0) throw refused(findings, files);
  if (resources.length === 0 && !empty)
    throw usage("there is nothing to apply: no document in -f has content", "check the files");
  if (resources.length > MOST_CHANGES) {
    throw usage(`${resources.length} resources are too many for one change`, `apply at most ${MOST_CHANGES} at a time`);
  }
  return resources;
}

function refused(findings: readonly Finding[], files: readonly string[]): Failure {
  const count = findings.length === 1 ? "1 fault" : `${findings.length} faults`;
  return new Failure("invalid", {
    what: `${count} in what was to be applied; nothing was sent`,
    why: findingsText(findings, files),
    fix: "mend them and apply again",
  });
}

/** Fields of a change that are no resource's. */
const OF_CHANGE = /^(?:put|delete|prune|planId|rollback|reason)\b/;

/** The control plane's violations, at the lines of the documents they are about. */
export function placed(thrown: unknown, resources: readonly CheckedResource[]): unknown {
  if (!(thrown instanceof Fault) || thrown.code !== "invalid" || thrown.violations.length === 0) return thrown;
  const findings: Finding[] = [];
  for (const { field, reason } of thrown.violations) {
    const [, index, rest = field] = /^put\[(\d+)\](?:\.resource)?\.?(.*)$/.exec(field) ?? [];
    // Of a change of one resource the control plane says the resource's own fields.
    const alone = resources.length === 1 && !OF_CHANGE.test(field) ? resources[0] : undefined;
    const resource = index === undefined ? alone : resources[Number(index)];
    const absent = /\bname (\S+) is not found/.exec(reason)?.[1];
    const ofMesh = field === "mesh" ? resources.filter(({ key }) => key.mesh === absent) : [];
    const meant = rest === "mesh" && resource !== undefined ? [resource] : ofMesh;
    for (const { written } of meant)
      findings.push(findingAt(written, "mesh", `mesh: ${reason}; weft get meshes lists those that are there`));
    if (meant.length > 0) continue;
    if (resource === undefined) return thrown;
    findings.push(findingAt(resource.written, rest, rest === "" ? reason : `${rest}: ${reason}`));
  }
  const what = "the change was refused; nothing was written";
  return new Failure("invalid", { what, why: findingsText(findings), fix: "mend them and apply again" }, thrown);
}
