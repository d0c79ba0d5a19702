// Documents as commands take them: read, checked all together, and refused with every fault at its line.
import { MOST_CHANGES } from "#api/weft.ts";
import type { Invocation, OptionRow } from "#cli/command.ts";
import { Failure, usage } from "#cli/failure.ts";
import { MESH_OPTION } from "#cli/kind-word.ts";
import { Fault } from "#model/fault.ts";
import { type Checked, type CheckedResource, checkResources, findingAt, findingsText } from "./check.ts";
import { type Finding, parseSource } from "./document.ts";
import { readSources } from "./source.ts";

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
export async function checkDocuments({
  options,
  terminal,
  cwd,
}: Pick<Invocation<FileOptions>, "options" | "terminal" | "cwd">): Promise<
  Checked & { readonly files: readonly string[] }
> {
  const sources = await readSources(options.file, cwd, () => terminal.input());
  const parsed = sources.map(parseSource);
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

/** All documents, in the order in which kinds have to be applied. Throws Failure; `empty` = there may be none. */
export async function readDocuments(
  { options, terminal, cwd }: Pick<Invocation<FileOptions>, "options" | "terminal" | "cwd">,
  empty = false,
): Promise<readonly CheckedResource[]> {
  const { resources, findings, files } = await checkDocuments({ options, terminal, cwd });
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

/** The control plane's violations, at the lines of the documents they are about. */
export function placed(thrown: unknown, resources: readonly CheckedResource[]): unknown {
  if (!(thrown instanceof Fault) || thrown.code !== "invalid" || thrown.violations.length === 0) return thrown;
  const findings: Finding[] = [];
  for (const { field, reason } of thrown.violations) {
    const [, index, rest = ""] = /^put\[(\d+)\](?:\.resource)?\.?(.*)$/.exec(field) ?? [];
    const resource = index === undefined ? undefined : resources[Number(index)];
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
